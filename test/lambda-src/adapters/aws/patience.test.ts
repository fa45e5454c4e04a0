import {
  GetParametersCommand,
  SSMClient,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-ssm';
import type { FinalizeRequestMiddleware } from '@smithy/types';
import { SsmParameterStore } from '../../../../lambda-src/adapters/aws/parameter-store';
import { QUOTA_PATIENCE } from '../../../../lambda-src/adapters/aws/patience';
import { seededRandom } from '../../../../local/drill/faults/random';

/** Credentials that flip at once: a look of each writes its record twice for every service, and then asks ECS how things are. */
const WRITERS = 3;
const SERVICES = 20;
const LOOK_MS = 400;
/** Longer than all of it takes. */
const ALL_MS = 600_000;
/** What an account may write by default, whoever writes: no burst is documented. */
const PER_SECOND = 3;

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** Parameter Store that lets three writes a second through, and turns the others away. */
async function clients(): Promise<{
  readonly stores: readonly SsmParameterStore[];
  readonly turnedAway: () => number;
}> {
  const written: number[] = [];
  let turnedAway = 0;
  const quota: FinalizeRequestMiddleware<ServiceInputTypes, ServiceOutputTypes> =
    (_next, { commandName }) =>
    () => {
      const done = { output: { $metadata: {} }, response: {} };
      if (commandName !== 'PutParameterCommand') return Promise.resolve(done);
      const now = Date.now();
      if (written.filter((at) => at > now - 1_000).length < PER_SECOND) {
        written.push(now);
        return Promise.resolve(done);
      }
      turnedAway += 1;
      throw Object.assign(new Error('Rate exceeded'), {
        name: 'ThrottlingException',
        $fault: 'client',
        $metadata: { httpStatusCode: 400 },
      });
    };
  const stores: SsmParameterStore[] = [];
  for (let index = 0; index < WRITERS; index += 1) {
    const client = new SSMClient({
      region: 'eu-central-1',
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'x' },
      ...QUOTA_PATIENCE,
    });
    client.middlewareStack.addRelativeTo(quota, {
      name: 'quota',
      relation: 'after',
      toMiddleware: 'retryMiddleware',
    });
    // The first request of a client reads its configuration from files, for which fake timers would not wait.
    await client.send(new GetParametersCommand({ Names: [] }));
    stores.push(new SsmParameterStore(client));
  }
  return { stores, turnedAway: () => turnedAway };
}

it('three credentials that flip at once stay within the quota of PutParameter, and no write fails for it', async () => {
  const { stores, turnedAway } = await clients();
  const random = seededRandom(1);
  jest.spyOn(Math, 'random').mockImplementation(() => random.below(2 ** 30) / 2 ** 30);
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
  let made = 0;
  const writing = stores.map(async (store, index) => {
    for (let service = 0; service < SERVICES; service += 1) {
      await new Promise((looked) => setTimeout(looked, LOOK_MS));
      for (const what of ['intended', 'forced']) {
        await store.put(`/tandem/prod/app-${index}/record`, `${service} ${what}`);
        made += 1;
      }
    }
  });
  const ended = Promise.allSettled(writing);
  await jest.advanceTimersByTimeAsync(ALL_MS);
  expect((await ended).map(({ status }) => status)).toEqual(stores.map(() => 'fulfilled'));
  expect(made).toBe(2 * WRITERS * SERVICES);
  expect(turnedAway()).toBeGreaterThan(WRITERS);
});
