import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecretsManagerStore } from '../../../../lambda-src/adapters/aws/secrets-manager';
import { Sensitive } from '../../../../lambda-src/core/sensitive';
import { AWSCURRENT, AWSPENDING } from '../../../../lambda-src/ports/secrets';
import { serverError, type CallFate } from '../../../../local/endpoint/faults';
import { CREDENTIALS, PLACE, startTarget, token, type Target } from '../../../local/endpoint/target';

const ONE = token('one');
const TWO = token('two');

let target: Target;
let client: SecretsManagerClient;
/** How many calls to come are carried out, and answered with HTTP 500. */
let lost = 0;
beforeEach(async () => {
  const fate = (): CallFate =>
    lost-- > 0 ? { error: serverError('secretsmanager'), when: 'after-effect' } : 'serve';
  target = await startTarget({ retries: 0 }, fate);
  client = new SecretsManagerClient({
    endpoint: target.endpoint.url,
    region: PLACE.region,
    credentials: CREDENTIALS,
  });
});
afterEach(async () => {
  client.destroy();
  await target.close();
});

it('I3: a label that was moved although AWS answered with an error is moved: the SDK repeats the call, and is refused', async () => {
  const { ARN: secret = '' } = await client.send(new CreateSecretCommand({ Name: 'db' }));
  const store = new SecretsManagerStore(client);
  await store.put(secret, ONE, new Sensitive('first'), AWSCURRENT);
  await store.put(secret, TWO, new Sensitive('second'), AWSPENDING);
  lost = 1;
  await store.moveLabel(secret, AWSCURRENT, { from: ONE, to: TWO });
  lost = 1;
  await store.moveLabel(secret, AWSPENDING, { from: TWO, to: null });
  expect((await store.describe(secret)).versions).toEqual({ [ONE]: ['AWSPREVIOUS'], [TWO]: [AWSCURRENT] });
  const refused = target.callLog
    .since(0)
    .filter(({ errorCode }) => errorCode === 'InvalidParameterException');
  expect(refused).toHaveLength(2);
});
