import { CLUSTER } from '../../local/drill/installation/model';
import { readingSecret, startService } from '../../local/drill/installation/services';
import { changeParameter } from '../../local/drill/parameters';
import { readRecord } from '../../local/drill/record';
import type { Stage } from '../../local/drill/stage';
import { until } from '../../local/drill/wait';
import type { Invoked } from '../../local/lambda/model';
import { raiseTestStage } from '../support/stage';

/** A credential whose consumers can be made more. */
export interface BenchStage extends Stage {
  /** Every invocation that has ended. */
  readonly invocations: readonly Invoked[];
  /** Makes services until there are so many, and waits until the orchestrator has taken note of them. */
  grow(consumers: number): Promise<void>;
}

/** Costs nothing while it runs: what is measured is Tandem, not the application. */
const IDLE = ['sleep', '100000'];

/** So many services at once keep a machine busy. */
const DEADLINE = { deadlineMs: 300_000, everyMs: 200 };

export async function raiseBench(): Promise<BenchStage> {
  const invocations: Invoked[] = [];
  const stage = await raiseTestStage({
    services: [],
    timeouts: { rotator: 60, orchestrator: 120 },
    settings: { ecs: { stopTimeoutMs: 2_000 } },
    onInvocation: (invoked) => void invocations.push(invoked),
  });
  const { system, clients, installation, signal } = stage;
  const names: string[] = [];
  const grow = async (consumers: number) => {
    while (names.length < consumers) {
      const name = `s${names.length + 1}`;
      await startService(
        { clients, tasks: 1, database: system.postgres },
        readingSecret(installation.secrets.active),
        {
          name,
          command: IDLE,
        },
      );
      names.push(name);
    }
    // As an apply with more services would.
    await changeParameter(stage, 'config', {
      consumers: names.map((service) => ({ cluster: CLUSTER, service })),
    });
    await until(
      `${consumers} consumers to be taken note of`,
      signal,
      () => noted(stage, consumers),
      DEADLINE,
    );
  };
  return { ...stage, invocations, grow };
}

async function noted(stage: Pick<Stage, 'clients'>, consumers: number): Promise<true | undefined> {
  const record = await readRecord(stage);
  return (record.phase === 'settled' && Object.keys(record.consumers).length === consumers) || undefined;
}
