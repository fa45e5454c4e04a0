#!/usr/bin/env node
// Runs a command of this project, installing its dependencies first where they are missing or stale, so that
// two commands do all the set-up on a fresh clone. Plain Node: nothing is installed yet when this starts.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const stamp = join(modules, '.tandem-installed');
const lock = join(root, '.install-lock');
const LOCK_DEADLINE_MS = 15 * 60_000;

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
requireNode([20, 19]);
const failure = await ensureDependencies();
if (failure !== 0) process.exit(failure);
await run(process.argv.slice(2));

function requireNode([major, minor]) {
  const [haveMajor = 0, haveMinor = 0] = process.versions.node.split('.').map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  console.error(`Tandem needs Node.js ${major}.${minor} or later; this is ${process.versions.node}.`);
  process.exit(1);
}

/** Changes whenever what should be installed does. */
function wanted() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function installed() {
  try {
    if (readFileSync(stamp, 'utf8') === wanted()) return true;
  } catch {
    // No stamp: npm itself may have installed.
  }
  const hidden = join(modules, '.package-lock.json');
  if (!existsSync(hidden) || existsSync(stamp)) return false;
  if (statSync(hidden).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs) return false;
  writeFileSync(stamp, wanted());
  return true;
}

/** Answers npm's exit code; 0 where nothing had to be done. */
async function ensureDependencies() {
  if (installed()) return 0;
  await takeLock();
  try {
    if (installed()) return 0;
    console.error('Installing dependencies (about a minute; once) …');
    const npm = process.env.npm_execpath;
    const [command, before] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
    const args = [...before, 'ci', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts'];
    // What the installation prints must not mix with what the command prints.
    const code = await exitOf(
      spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' }),
    );
    if (code !== 0) {
      console.error(
        `Installing the dependencies failed (npm ended with ${code}). Mend what it says above and try again.`,
      );
      return code;
    }
    writeFileSync(stamp, wanted());
    return 0;
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** A directory is made by one process only; a lock whose owner is gone is broken. */
async function takeLock() {
  const deadline = Date.now() + LOCK_DEADLINE_MS;
  for (let told = false; ; told = true) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'owner'), String(process.pid));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (ownerIsGone()) {
      rmSync(lock, { recursive: true, force: true });
      continue;
    }
    if (Date.now() > deadline) {
      console.error(`Another installation holds ${lock} for too long: end it, or remove that directory.`);
      process.exit(1);
    }
    if (!told) console.error('Another process is installing the dependencies; waiting for it …');
    await new Promise((done) => setTimeout(done, 300));
  }
}

function ownerIsGone() {
  try {
    process.kill(Number(readFileSync(join(lock, 'owner'), 'utf8')), 0);
    return false;
  } catch (error) {
    if (error.code === 'ESRCH') return true;
    // The owner file is written just after the directory: only an old directory without one is abandoned.
    return error.code === 'ENOENT' && existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 10_000;
  }
}

/** TypeScript programs run in this very process, so that no process in between has to pass signals on. */
async function run([command, ...args]) {
  if (command === undefined) {
    console.error('usage: with-dependencies.mjs COMMAND [ARGUMENT …]');
    process.exit(2);
  }
  const require = createRequire(join(root, 'package.json'));
  if (command === 'tsx') {
    const program = resolve(root, args[0]);
    process.argv.splice(1, process.argv.length - 1, program, ...args.slice(1));
    require('tsx/cjs');
    // As the main module, which is how a program knows that it was run and not imported.
    Module.runMain(program);
    return;
  }
  const child = spawn(process.execPath, [binOf(require, command), ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.exitCode = await exitOf(child);
}

function binOf(require, command) {
  const owner = { tsc: 'typescript', cdktf: 'cdktf-cli' }[command] ?? command;
  const manifest = join(modules, owner, 'package.json');
  const { bin } = require(manifest);
  return join(dirname(manifest), typeof bin === 'string' ? bin : bin[command]);
}

function exitOf(child) {
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('exit', (code, signal) => done(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
