import type { Operation } from '../endpoint/input';
import { AwsError, type Clock, type EventSink, type JsonService, type Place } from '../endpoint/seams';
import { manageOperations, tagOperations } from './manage';
import { putParameter } from './put';
import { readOperations } from './read';
import { ParameterStore, type SsmContext } from './store';

export interface SsmOptions {
  readonly place: Place;
  readonly clock: Clock;
  readonly events: EventSink;
}

/** Parameter Store, and how other services of this machine read its values. */
export interface Ssm extends JsonService {
  /**
   * A parameter's decrypted value, without a call in the log.
   * @param reference name or ARN, with `:version` or `:label` behind it where wanted
   * @throws AwsError ParameterNotFound or ParameterVersionNotFound
   */
  readParameter(reference: string): string;
}

/** The Parameter Store of Systems Manager, in memory. Not served: parameter policies, KMS, sharing. */
export function createSsm({ place, clock, events }: SsmOptions): Ssm {
  const context: SsmContext = { place, clock, events, parameters: new ParameterStore(place) };
  const operations: Readonly<Record<string, Operation>> = {
    PutParameter: putParameter(context),
    ...readOperations(context),
    ...manageOperations(context),
    ...tagOperations(context),
  };
  return {
    operations: new Set(Object.keys(operations)),
    handle: async (call) => {
      const run = Object.hasOwn(operations, call.operation) ? operations[call.operation] : undefined;
      if (run === undefined) throw new AwsError('UnknownOperationException', `ssm:${call.operation}`);
      return run(call);
    },
    readParameter: (reference) => context.parameters.select(reference).version.value,
    close: () => Promise.resolve(),
  };
}
