import { entriesOf, textOf, timeOf } from './function-log';
import { APP, ORCHESTRATOR, USERS, type Installation, type ServicePlan } from './installation/model';
import { seconds } from './report';
import type { Stage } from './stage';
import { until } from './wait';

/** A service that is no consumer: it reads the active secret in code, through a cache, and is never redeployed. */
export const READER = 'reader';

/** Longer than the login takes that was begun with a value just before the cache let go of it. */
const LOGIN_SECONDS = 1;

/** What the configuration says of a reader whose cache keeps a value so long. */
export function lagOf(cacheSeconds: number): number {
  return cacheSeconds + LOGIN_SECONDS;
}

export function readerPlan(
  { url, place }: Pick<Stage['system'], 'url' | 'place'>,
  { secrets }: Pick<Installation, 'secrets'>,
  cacheSeconds: number,
): ServicePlan {
  return {
    name: READER,
    environment: {
      READS_SECRET: secrets.active,
      CACHE_MS: String(cacheSeconds * 1_000),
      AWS_ENDPOINT_URL: url,
      AWS_REGION: place.region,
      AWS_ACCESS_KEY_ID: READER,
      AWS_SECRET_ACCESS_KEY: READER,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
  };
}

/**
 * Waits until the reader's cache has let go of the former credential.
 * @returns milliseconds from the latest publish until the reader's last login with the former credential had begun
 */
export async function untilReaderFollowed({ system, logins, signal, output }: Stage): Promise<number> {
  const published = entriesOf(system.lambda.logsOf(ORCHESTRATOR))
    .filter(({ action, credential }) => action === 'publish' && credential === APP.name)
    .at(-1);
  if (published === undefined) return 0;
  const at = timeOf(published);
  const user = textOf(published, 'slot') === 'green' ? USERS.green : USERS.blue;
  const since = () =>
    logins.attempts().filter((attempt) => attempt.service === READER && attempt.ok && attempt.at >= at);
  await until(`the reader to log in as ${user}`, signal, () =>
    since().some((attempt) => attempt.user === user) ? true : undefined,
  );
  const former = since().filter((attempt) => attempt.user !== user);
  const lag = Math.max(0, ...former.map((attempt) => attempt.at - at));
  output.progress(`  the reader went on with the former credential for ${seconds(lag)}`);
  return lag;
}
