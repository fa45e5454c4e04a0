'use strict';
// The runtime of a local function: fetches invocations from the Lambda Runtime API and runs the handler.
// Plain CommonJS that needs nothing but Node, because it starts in the function's own process.
const http = require('node:http');
const path = require('node:path');
const { existsSync } = require('node:fs');
const { pathToFileURL } = require('node:url');
const { format } = require('node:util');

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const API = '/2018-06-01/runtime';
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const write = process.stdout.write.bind(process.stdout);
let current;

// Standard input closes when the host is gone, however it went.
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdin.resume();

function call(method, route, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, method, path: API + route, agent, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }),
      );
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

/** Tells the host that every line of this invocation has been written. */
const endOfLog = (requestId) => write(`\u0000end ${requestId}\n`);

function patchConsole() {
  const levels = { log: 'INFO', info: 'INFO', debug: 'DEBUG', trace: 'TRACE', warn: 'WARN', error: 'ERROR' };
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...args) =>
      void write(`${new Date().toISOString()}\t${current ?? 'undefined'}\t${level}\t${format(...args)}\n`);
  }
}

async function load() {
  const handler = process.env._HANDLER;
  const file = path.join(path.dirname(handler), path.basename(handler).split('.')[0]);
  const exported = path.basename(handler).split('.').slice(1);
  const base = path.join(process.env.LAMBDA_TASK_ROOT, file);
  const found = ['.js', '.cjs', '.mjs'].map((extension) => base + extension).find((name) => existsSync(name));
  if (found === undefined) {
    const error = new Error(`Error: Cannot find module '${path.basename(file)}'`);
    error.name = 'Runtime.ImportModuleError';
    throw error;
  }
  let value = found.endsWith('.mjs') ? await import(pathToFileURL(found).href) : require(found);
  for (const name of exported) value = value?.[name];
  if (typeof value !== 'function') {
    const error = new Error(`${handler} is undefined or not exported`);
    error.name = 'Runtime.HandlerNotFound';
    throw error;
  }
  return value;
}

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error ? reject(error) : resolve(result));
    const returned = handler(event, context, callback);
    if (handler.length < 3 || typeof returned?.then === 'function') resolve(returned);
  });
}

async function report(error) {
  const { errorType, errorMessage, trace } = describe(error);
  const body = JSON.stringify({ errorType, errorMessage, trace });
  console.error('Invoke Error', body);
  endOfLog(current);
  await call('POST', `/invocation/${current}/error`, body, {
    'Lambda-Runtime-Function-Error-Type': errorType,
  });
}

async function fatal(kind, reason) {
  const error = new Error(reason instanceof Error ? reason.message : String(reason));
  error.name = kind;
  if (reason instanceof Error && reason.stack) error.stack = reason.stack;
  if (current !== undefined) await report(error).catch(() => undefined);
  process.exit(128);
}

async function main() {
  patchConsole();
  process.on('unhandledRejection', (reason) => void fatal('Runtime.UnhandledPromiseRejection', reason));
  process.on('uncaughtException', (error) => void fatal(error.name, error));
  let handler;
  try {
    handler = await load();
  } catch (error) {
    const { errorType, errorMessage, trace } = describe(error);
    const body = JSON.stringify({ errorType, errorMessage, trace });
    write(`${new Date().toISOString()}\tundefined\tERROR\tUncaught Exception\t${body}\n`);
    await call('POST', '/init/error', body, { 'Lambda-Runtime-Function-Error-Type': errorType });
    process.exit(1);
  }
  for (;;) {
    const { headers, body } = await call('GET', '/invocation/next');
    current = headers['lambda-runtime-aws-request-id'];
    process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
    try {
      const result = await run(handler, JSON.parse(body), contextOf(headers));
      endOfLog(current);
      await call('POST', `/invocation/${current}/response`, JSON.stringify(result) ?? 'null');
    } catch (error) {
      await report(error);
    }
    current = undefined;
  }
}

main().catch(() => process.exit(1));
