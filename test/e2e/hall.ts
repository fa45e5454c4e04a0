import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { parameterName, type ParameterKind } from '../../lambda-src/contract/names';
import type { FaultBoard } from '../../local/drill/faults/board';
import { CREDENTIAL, PREFIX } from '../../local/drill/installation/model';
import type { Stage } from '../../local/drill/stage';
import type { AlarmKind } from '../../modules/alarms/meanings';

/** What a rehearsal works with. */
export interface Hall {
  readonly stage: Stage;
  readonly board: FaultBoard;
  /** While this file exists, tasks of the service `fragile` whose user it names do not start. */
  readonly broken: string;
  /** While this file exists, tasks ignore SIGTERM. */
  readonly deaf: string;
  /** Waits until the functions have reported a metric since a moment. */
  readonly reported: (metric: AlarmKind, since: number) => Promise<void>;
}

/** One alarm: what goes wrong, and what a person mends by hand, between the two blocks of its section. */
export interface Rehearsal {
  /** Makes it go wrong, and waits until the alarm's metric is there. @returns what a person mends */
  readonly inject: (hall: Hall) => Promise<() => Promise<void>>;
  /** What the first block must show. */
  readonly shows: RegExp;
}

/** Writes a parameter as a person does. */
export async function write({ clients }: Stage, kind: ParameterKind, Value: string): Promise<void> {
  const Name = parameterName(PREFIX, CREDENTIAL, kind);
  await clients.ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }));
}

export async function read({ clients }: Stage, kind: ParameterKind): Promise<string> {
  const Name = parameterName(PREFIX, CREDENTIAL, kind);
  const { Parameter } = await clients.ssm.send(new GetParameterCommand({ Name }));
  return Parameter?.Value ?? '';
}
