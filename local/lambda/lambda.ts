import type { FunctionInvoker, RawService } from '../endpoint/seams';
import { Functions } from './functions';
import { Invocations } from './invocations';
import { Mappings } from './mappings';
import { DEFAULT_SETTINGS, type LambdaOptions } from './model';
import { dispatch, operationOf } from './routes';

export { accessKeyIdOf } from './environment';
export type { LambdaOptions, LambdaSettings } from './model';

/** AWS Lambda: the API for clients, invocation for the other services, and what a drill sees and breaks. */
export interface Lambda extends RawService, FunctionInvoker {
  /** Every line that a function wrote so far, those of earlier code included. */
  logsOf(functionName: string): string;
  /** SIGKILL to the process of a running invocation; tells whether there was one. */
  killRunning(functionName: string): boolean;
  /** SIGKILL to the process of one invocation, by the trace of its AWS calls; tells whether it was running. */
  killInvocation(traceId: string): boolean;
  /** SIGKILL to the process of the next invocation, that many milliseconds after it began. */
  killNext(functionName: string, options?: { readonly afterMs?: number }): void;
}

/**
 * Functions that run for real: the zip unpacked, a child process per execution environment, spoken to over the
 * Lambda Runtime API. Roles, VPCs, layers and memory limits are stored and answered, and not enforced.
 */
export function createLambda(options: LambdaOptions): Lambda {
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const functions = new Functions(options, settings);
  const invocations = new Invocations(options, settings, functions);
  const invoke = (functionArn: string, payload: string) => invocations.invoke(functionArn, payload);
  const mappings = new Mappings(options, settings, functions, invoke);
  const context = { functions, mappings, invocations, now: () => options.clock.now() };
  const runnerOf = (functionName: string) => functions.runner(functions.find(functionName));
  return {
    operationOf,
    handle: (request) => dispatch(context, request),
    close: async () => {
      invocations.close();
      const drained = mappings.stop();
      await functions.close();
      await drained;
    },
    mayInvoke: (functionArn, principal, sourceArn) =>
      invocations.mayInvoke(functionArn, principal, sourceArn),
    invoke,
    invokeAsync: (functionArn, payload) => invocations.invokeAsync(functionArn, payload),
    logsOf: (functionName) => functions.logsOf(functionName),
    killRunning: (functionName) => runnerOf(functionName).killRunning(),
    killInvocation: (traceId) =>
      functions.list().some((record) => functions.runner(record).killInvocation(traceId)),
    killNext: (functionName, { afterMs = 0 } = {}) => runnerOf(functionName).killNext(afterMs),
  };
}
