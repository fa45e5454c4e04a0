import {
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { ORCHESTRATOR } from '../../local/drill/installation/model';
import { readParameter } from '../../local/drill/parameters';
import { leaksOf } from '../../local/drill/drill';
import { rotatorErrors } from '../../local/drill/faults/refusals';
import type { Output } from '../../local/drill/output';
import { raiseStage, type Stage, type StageOptions } from '../../local/drill/stage';
import { until } from '../../local/drill/wait';

export { rotatorErrors };

/** An output that only remembers. */
export function silentOutput(): Output {
  const lines: string[] = [];
  const note = (line: string) => void lines.push(line);
  return { progress: note, headline: note, text: note, said: () => lines.join('\n') };
}

/** The drill's stage for a test file: in `beforeAll`, with `close` in `afterAll`. */
export async function raiseTestStage(options: Partial<StageOptions> = {}): Promise<Stage> {
  return await raiseStage(
    { postgres: '17', services: [{ name: 'web' }], tasks: 1, ...options },
    silentOutput(),
    new AbortController().signal,
  );
}

/** What every run must come to, whatever was done to it: no login of a registered consumer failed, nothing leaked. */
export function expectUnharmed(stage: Stage): void {
  expect(stage.logins.failures()).toEqual([]);
  expect(leaksOf(stage)).toEqual({ count: 0, places: [] });
}

/** Statements that gave a user a password, as PostgreSQL logged them. */
export function passwordChanges(stage: Stage, user: string): number {
  return stage.server.passwordChanges(user).length;
}

/** The evidence of the latest rotation. */
export async function evidence(stage: Stage): Promise<unknown> {
  return JSON.parse(await readParameter(stage, 'evidence'));
}

/** Stops wake-ups from reaching the orchestrator, once the looks under way are over, or lets those that wait through. */
export async function deliverMessages(stage: Stage, enabled: boolean): Promise<void> {
  const { lambda } = stage.clients;
  const { EventSourceMappings } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: ORCHESTRATOR }),
  );
  const UUID = EventSourceMappings?.[0]?.UUID;
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: enabled }));
  const asked = enabled ? 'Enabled' : 'Disabled';
  await until(`the messages to be ${asked}`, stage.signal, async () => {
    const { State } = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
    return State === asked ? true : undefined;
  });
}
