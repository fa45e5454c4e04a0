import { openInstallation } from '../../cli/installation';
import { planRequest } from '../../cli/request';
import type { Truth } from '../../cli/state';
import { parseCredentialDocument } from '../../lambda-src/contract/config-document';
import { firstRecord } from '../../lambda-src/core/record';
import { leastDocument } from '../support/credential-document';

const secret = (kind: string) =>
  `arn:aws:secretsmanager:us-east-1:000000000000:secret:tandem/prod/app/${kind}-AAAAAA`;

const truth: Truth = {
  config: parseCredentialDocument(
    'test',
    JSON.stringify({ ...leastDocument(secret), consumers: [], groupWith: ['accounts', 'billing'] }),
  ),
  record: firstRecord(0, 'settled', { slot: 'blue', version: 'v1' }, { blue: 'v1', green: 'v2' }, []),
  pointer: 'blue',
  waiting: null,
  requestVersion: 3,
};

const installation = openInstallation({ prefix: 'tandem/prod', region: 'us-east-1' });

it('a request names the version to leave, and wakes the message group of its group of credentials', () => {
  const { request, calls } = planRequest(installation, 'app', truth, 'revert');
  expect(request).toMatchObject({ kind: 'revert', leaving: 'v1' });
  expect(calls).toEqual([
    { call: 'ssm:PutParameter', on: '/tandem/prod/app/request', with: { value: request, over: 'version 3' } },
    {
      call: 'sqs:SendMessage',
      on: 'tandem-prod-wake-ups.fifo',
      with: { group: 'accounts', body: { credential: 'app', cause: 'request', id: request.id } },
    },
  ]);
});

it('a request that waits for an answer is never written over', () => {
  const waiting = { id: 'somebody-else', kind: 'pause', leaving: 'v1' } as const;
  expect(() => planRequest(installation, 'app', { ...truth, waiting }, 'rotate')).toThrow(
    'A request to pause (somebody-else) still waits for an answer, and is not written over.',
  );
});

it('without a record there is nobody to ask', () => {
  expect(() => planRequest(installation, 'app', { ...truth, record: null }, 'rotate')).toThrow(
    'app has no readable record: run bootstrap, or restore it from its history.',
  );
});
