import { randomBytes } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { PowertoolsTelemetry } from '../../../lambda-src/adapters/powertools/telemetry';
import { parseRotatorEnvironment } from '../../../lambda-src/contract/environment';
import { metricOptions, type MetricService } from '../../../lambda-src/contract/metrics';
import type { OrchestratorDependencies } from '../../../lambda-src/orchestrator/dependencies';
import { handleBatch } from '../../../lambda-src/orchestrator/batch';
import type { Database } from '../../../lambda-src/ports/database';
import type { Telemetry } from '../../../lambda-src/ports/world';
import { dispatch } from '../../../lambda-src/rotator/dispatch';
import { arnOf, MemoryInstallation, versionId } from '../../support/memory-installation';
import { environmentOf } from './functions';
import type { Synthesized } from './synthesis';

const DAY = 86_400_000;

/** One metric of one line in CloudWatch's embedded metric format. */
export interface Emitted {
  readonly namespace: unknown;
  readonly metric: unknown;
  readonly unit: unknown;
  readonly dimensions: Readonly<Record<string, unknown>>;
  readonly value: number;
}

/** What a function writes while something is done, under the name that its synthesized environment gives it. */
export async function emittedBy(
  stack: Synthesized,
  service: MetricService,
  story: (telemetry: Telemetry) => Promise<unknown>,
): Promise<Emitted[]> {
  const prefix = String(environmentOf(stack, service)['TANDEM_PREFIX']);
  const written: string[] = [];
  const streams = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    }),
  );
  try {
    await story(new PowertoolsTelemetry(new Logger(), new Metrics(metricOptions(prefix, service))));
  } finally {
    for (const stream of streams) stream.mockRestore();
  }
  return written.flatMap((text) => text.split('\n')).flatMap(metricsOf);
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: string[][];
  readonly Metrics: { readonly Name: string; readonly Unit: string }[];
}

/** Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format". */
function metricsOf(line: string): Emitted[] {
  if (!line.startsWith('{')) return [];
  const log = JSON.parse(line) as Record<string, unknown> & { _aws?: { CloudWatchMetrics: Directive[] } };
  return (log._aws?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics: metrics }) =>
    metrics.flatMap(({ Name, Unit }) =>
      Dimensions.map((names) => ({
        namespace: Namespace,
        metric: Name,
        unit: Unit,
        dimensions: Object.fromEntries(names.map((name) => [name, log[name]])),
        value: Number(log[Name]),
      })),
    ),
  );
}

type Look = (sweep?: boolean) => Promise<void>;

/** What goes wrong, by the alarm that must tell of it; each runs the orchestrator itself. */
const TROUBLES: Readonly<Record<string, (it: MemoryInstallation, look: Look) => Promise<void>>> = {
  RolloutReverted: async (it, look) => {
    it.rotate();
    await look();
    it.tick(600_001);
    await look();
  },
  VersionRejected: async (it, look) => {
    it.rotate();
    it.rotator.passwords.set('green', 'another');
    await look();
  },
  FlipBlocked: async (it, look) => {
    it.secrets.setRotationEnabled(arnOf('active'), true);
    it.rotate();
    await look();
  },
  DatabaseUnreachable: async (it, look) => {
    it.rotator.outage = 'connection refused';
    await look(true);
  },
  ConsumerMissing: async (it, look) => {
    it.rotate();
    it.services.remove('main/web-2');
    await look();
    it.tick(40_000);
    it.services.finish(it.mirror());
    await look();
  },
  RecordMissing: async (it, look) => {
    it.set('record', 'not JSON');
    await look();
  },
  LookFailed: async (it, look) => {
    it.secrets.delete(arnOf('active'));
    await look();
  },
  RolloutHalted: async (it, look) => {
    it.changeRecord({ active: { slot: 'blue', version: versionId('purged') } });
    await look();
  },
  DrainOverdue: async (it, look) => {
    it.rotate();
    await look();
    const service = it.services.service('main/web-1');
    const old = [...service.tasks];
    it.tick(10_000);
    it.services.finish(it.mirror());
    for (const task of old) service.linger(task);
    await look();
    it.tick(900_000);
    await look();
  },
  UnregisteredConsumers: async (it, look) => {
    it.services.create({ cluster: 'main', service: 'nobodys' }, it.mirror(), [`${arnOf('active')}:url::`]);
    await look(true);
  },
  PasswordAge: async (it, look) => {
    it.tick(60 * DAY);
    await look(true);
  },
  LookMissing: (_it, look) => look(),
};

export const ORCHESTRATOR_TROUBLES = Object.keys(TROUBLES);

/** Lets the orchestrator meet a trouble, wake-up by wake-up. */
export async function meet(trouble: string, telemetry: Telemetry): Promise<void> {
  const installation = new MemoryInstallation();
  const dependencies: OrchestratorDependencies = { ...installation.dependencies, telemetry };
  const story = TROUBLES[trouble];
  if (story === undefined) throw new Error(`no story for ${trouble}`);
  await story(installation, async (sweep = false) => {
    const body = JSON.stringify({ credential: 'app', cause: sweep ? 'sweep' : 'event', id: 'x' });
    const record = { messageId: 'm', body } as Parameters<typeof handleBatch>[1]['Records'][number];
    await handleBatch(dependencies, { Records: [record] }, () => true);
  });
}

/** Lets the rotator begin a rotation of a slot: of the active one it refuses, of the standby the store fails. */
export async function beginRotation(
  slot: 'blue' | 'green',
  variables: Readonly<Record<string, string>>,
  telemetry: Telemetry,
): Promise<void> {
  const installation = new MemoryInstallation();
  const { secrets, parameters, clock } = installation;
  jest.spyOn(secrets, 'put').mockRejectedValue(new Error('throttled'));
  const nothing = () => Promise.reject(new Error('createSecret reaches no database'));
  const database: Database = { endpoints: [], withLock: nothing, login: nothing };
  const token = versionId('a-rotation');
  secrets.begin(arnOf(slot), token);
  const event = { SecretId: arnOf(slot), ClientRequestToken: token, Step: 'createSecret' } as const;
  await dispatch(
    {
      ...{ secrets, parameters, clock, telemetry, database },
      environment: parseRotatorEnvironment(variables),
      pause: () => Promise.resolve(),
      randomBytes,
    },
    event,
  ).catch(() => undefined);
}
