import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { EcsServices } from '../../../lambda-src/adapters/aws/ecs';
import { handleBatch } from '../../../lambda-src/orchestrator/batch';
import { seededRandom } from '../../../local/drill/faults/random';
import { arnOf, MemoryInstallation } from '../../support/memory-installation';
import { leastMs, QuotaEcs, START_MS, STOP_MS } from '../../support/quota-ecs';

jest.setTimeout(180_000);

const CREDENTIALS = ['shop', 'billing', 'search', 'mail'];
const CONSUMERS = 50;
/** Every tenth has no task. */
const EMPTY_EACH = 10;
const FORCED = CREDENTIALS.length * CONSUMERS * (1 - 1 / EMPTY_EACH);

const SWEEP_MS = 300_000;
/** The handler begins no look in the second half of its two minutes. */
const GOES_ON_MS = 60_000;
const BATCH = 10;
const DEADLINE_MS = 3_600_000;

/** Where the clocks of memory-installation.ts stand when it is made. */
const START = Date.UTC(2026, 0, 10, 12, 1);

/** One credential and its function, invoked by its message group: one batch at a time. */
class Credential {
  readonly installation: MemoryInstallation;
  /** When it was seen settled on green; null until then, by the fake clock. */
  settledAt: number | null = null;
  /** Messages that were reported as failed. */
  failed = 0;
  private readonly waiting: SQSRecord[] = [];
  private sent = 0;
  private busy = false;

  constructor(
    readonly name: string,
    ecs: QuotaEcs,
    private readonly services: EcsServices,
  ) {
    const consumers = Array.from({ length: CONSUMERS }, (_, index) => ({
      cluster: 'main',
      service: `${name}-${index + 1}`,
    }));
    this.installation = new MemoryInstallation(consumers);
    for (const [index, consumer] of consumers.entries()) {
      const count = index % EMPTY_EACH === 0 ? 0 : 2;
      const published = () => this.installation.mirror();
      ecs.create({ ...consumer, count, published, changed: () => this.wake('event') });
    }
  }

  wake(cause: 'event' | 'sweep'): void {
    this.sent += 1;
    const body = JSON.stringify({ credential: 'app', cause, id: `${this.name}-${this.sent}` });
    this.waiting.push({ messageId: String(this.sent), body } as SQSRecord);
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    const now = () => Date.now();
    const dependencies = { ...this.installation.dependencies, services: this.services, clock: { now } };
    while (this.waiting.length > 0) {
      const event: SQSEvent = { Records: this.waiting.splice(0, BATCH) };
      const until = now() + GOES_ON_MS;
      const { batchItemFailures } = await handleBatch(dependencies, event, () => now() < until);
      this.failed += batchItemFailures.length;
      const { phase, active } = this.installation.record();
      if (phase === 'settled' && active.slot === 'green') this.settledAt ??= now();
    }
    this.busy = false;
  }
}

let ecs: QuotaEcs;
let credentials: readonly Credential[];

/** All four flip at once, and time goes on until all have settled. */
beforeAll(async () => {
  jest.useFakeTimers({
    now: START,
    doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'],
  });
  const random = seededRandom(1);
  jest.spyOn(Math, 'random').mockImplementation(() => random.below(2 ** 30) / 2 ** 30);
  ecs = new QuotaEcs(`${arnOf('active')}:url::`);
  const made: Credential[] = [];
  // No service here is CodeDeploy's: it is asked nothing.
  const codeDeploy = new CodeDeployClient({ region: 'eu-central-1' });
  for (const name of CREDENTIALS)
    made.push(new Credential(name, ecs, new EcsServices(await ecs.client(), codeDeploy)));
  credentials = made;
  for (const credential of credentials) {
    setInterval(() => credential.wake('sweep'), SWEEP_MS);
    credential.installation.rotate();
    credential.wake('event');
  }
  while (credentials.some(({ settledAt }) => settledAt === null) && Date.now() < START + DEADLINE_MS)
    await jest.advanceTimersToNextTimerAsync();
});

afterAll(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const durations = () => credentials.map(({ settledAt }) => (settledAt ?? Infinity) - START);

it('200 services of four credentials that flip at once have moved in little more than the quotas of ECS need', () => {
  // Every service with a task is forced once; the last of them starts and stops its tasks; then each of the 200 is asked
  // twice for its tasks and twice for those of its task definition.
  const least =
    leastMs('UpdateService', FORCED) +
    START_MS +
    STOP_MS +
    leastMs('ListTasks', 4 * CREDENTIALS.length * CONSUMERS);
  expect(least).toBe(151_000);
  expect(Math.max(...durations()) / least).toBeLessThan(1.35);
});

it('none of the four starves: the last one takes little longer than the first', () => {
  expect(Math.max(...durations()) / Math.min(...durations())).toBeLessThan(1.25);
});

it('the quotas were met, and no look failed for it, nothing was reverted, nothing raised an alarm', () => {
  expect([...ecs.throttled.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(100);
  for (const { installation, failed } of credentials) {
    expect(failed).toBe(0);
    expect(installation.telemetry.counts).toEqual([]);
    expect(installation.violations).toEqual([]);
    expect(installation.record().rejected).toEqual([]);
  }
});

it('each service with a task was forced once, and each without one not at all', () => {
  expect(ecs.forced.size).toBe(FORCED);
  expect(new Set(ecs.forced.values())).toEqual(new Set([1]));
});

it('every task holds the new credential', () => {
  expect(new Set(ecs.held().map(({ slot }) => slot))).toEqual(new Set(['green']));
});
