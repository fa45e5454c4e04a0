import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { CREDENTIALS, PLACE, startTarget, type Target } from '../endpoint/target';

let target: Target;
let sts: STSClient;
beforeEach(async () => {
  target = await startTarget();
  sts = new STSClient({
    endpoint: target.endpoint.url,
    region: PLACE.region,
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
});
afterEach(async () => {
  sts.destroy();
  await target.close();
});

describe('STS', () => {
  it('tells callers who they are (AWS: GetCallerIdentity, STS API)', async () => {
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: PLACE.accountId,
      Arn: `arn:aws:iam::${PLACE.accountId}:user/${CREDENTIALS.accessKeyId}`,
      UserId: CREDENTIALS.accessKeyId,
    });
  });

  it('answers other operations with an error that a query client can read', async () => {
    await expect(sts.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('sts:GetSessionToken') as string,
    });
  });
});
