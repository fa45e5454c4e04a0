import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { handleBatch } from '../../../lambda-src/orchestrator/batch';
import { LabelMovedError } from '../../../lambda-src/ports/secrets';
import { NotDeployableError } from '../../../lambda-src/ports/services';
import { arnOf, MemoryInstallation } from '../../support/memory-installation';

let installation: MemoryInstallation;
beforeEach(() => {
  installation = new MemoryInstallation();
  installation.effects.forget();
});

let messages = 0;
function message(body: unknown): SQSRecord {
  const messageId = `m${(messages += 1)}`;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { messageId, body: text } as unknown as SQSRecord;
}
const wake = (credential: string, cause = 'event') => message({ credential, cause, id: `id-${messages}` });

const handle = (...Records: SQSRecord[]) =>
  handleBatch(installation.dependencies, { Records } satisfies SQSEvent, () => true);

/** The credentials that were looked at. */
const looks: string[] = [];
/** By credential, what a look at it fails by. */
const failures = new Map<string, unknown>();
beforeEach(() => {
  looks.length = 0;
  failures.clear();
  const get = installation.parameters.get.bind(installation.parameters);
  jest.spyOn(installation.parameters, 'get').mockImplementation(async (names) => {
    const [credential = '', kind] = names[0]?.split('/').slice(-2) ?? [];
    // A look begins with the configuration; the records of the group are asked for besides.
    if (kind === 'record') return await get(names);
    looks.push(credential);
    if (failures.has(credential)) throw failures.get(credential) as Error;
    return await get(names);
  });
});

describe('a batch of wake-ups', () => {
  it('looks once at each credential, however many messages name it', async () => {
    const answer = await handle(wake('app'), wake('reports'), wake('app'), wake('app', 'request'));
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(looks).toEqual(['app', 'reports']);
  });

  it('is a sweep of a credential where any of its messages is', async () => {
    await handle(wake('app'), wake('app', 'sweep'), wake('app'));
    expect(installation.effects.effects).toEqual(['rotator.verify blue']);
  });

  it('is no sweep of a credential because another one is swept', async () => {
    await handle(wake('app'), wake('reports', 'sweep'));
    expect(installation.effects.effects).toEqual([]);
  });

  it.each(['', 'not JSON', '{}', '{"credential":"../x","cause":"event","id":"1"}', '{"credential":"app"}'])(
    'drops what is no wake-up, with a line in the log, and handles the rest: %j',
    async (body) => {
      const malformed = message(body);
      expect(await handle(malformed, wake('app'))).toEqual({ batchItemFailures: [] });
      expect(looks).toEqual(['app']);
      const dropped = installation.telemetry.lines.find(({ level }) => level === 'error');
      expect(dropped).toMatchObject({
        message: 'a message that is no wake-up was dropped',
        fields: { messageId: malformed.messageId },
      });
    },
  );

  it.each([
    ['a refusal of AWS', Object.assign(new Error('AccessDenied'), { $metadata: { httpStatusCode: 400 } })],
    ['a connection that broke', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })],
    ['a name that cannot be resolved', Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })],
    ['a resolver that is busy', Object.assign(new Error('getaddrinfo'), { code: 'EAI_AGAIN' })],
    ['no answer in time', Object.assign(new Error('timed out'), { name: 'TimeoutError' })],
    ['a label that somebody moved', new LabelMovedError('moved')],
    ['a service that lost its load balancer', new NotDeployableError('no primary task set')],
  ])('counts as handled in spite of %s: the group must not be blocked', async (_what, error) => {
    failures.set('app', error);
    expect(await handle(wake('app'))).toEqual({ batchItemFailures: [] });
    expect(installation.telemetry.counts).toEqual(['LookFailed app']);
  });

  it('counts as handled where the configuration document is not valid, or a secret is gone', async () => {
    installation.set('config', '{}');
    expect(await handle(wake('app'))).toEqual({ batchItemFailures: [] });
    installation.configure();
    installation.secrets.delete(arnOf('active'));
    expect(await handle(wake('app'))).toEqual({ batchItemFailures: [] });
    expect(installation.telemetry.counts).toEqual(['LookFailed app', 'LookFailed app']);
  });

  it.each([
    ['a mistake in the code', new TypeError('x is not a function')],
    [
      'a mistake that Node names',
      Object.assign(new TypeError('bad argument'), { code: 'ERR_INVALID_ARG_TYPE' }),
    ],
    ['something that is no error', 'a text'],
  ])('reports exactly the messages of the credential that failed by %s', async (_what, error) => {
    failures.set('reports', error);
    const [first, second] = [wake('reports'), wake('reports', 'sweep')];
    expect(await handle(wake('app'), first, wake('app'), second)).toEqual({
      batchItemFailures: [{ itemIdentifier: first.messageId }, { itemIdentifier: second.messageId }],
    });
    expect(looks).toEqual(['app', 'reports']);
    expect(installation.telemetry.counts).toEqual(['LookFailed reports']);
  });
});

describe('a credential of a group that settles', () => {
  const lookedAt = (credential: string) => looks.filter((look) => look === credential).length;
  /** Up to the look that will settle it. */
  async function aboutToSettle(): Promise<void> {
    installation.configure({ groupWith: ['orders', 'reports'] });
    for (const other of ['orders', 'reports'])
      installation.parameters.set(
        installation.name('record', other),
        JSON.stringify({ ...installation.record(), phase: 'settled' }),
      );
    installation.rotate();
    await handle(wake('app'));
    installation.tick(60_000);
    installation.services.finish(installation.mirror());
    expect(installation.record().phase).toBe('rolling');
    expect(lookedAt('orders') + lookedAt('reports')).toBe(0);
  }

  it('has the others looked at, which may have waited for it: no event would wake them', async () => {
    await aboutToSettle();
    expect(await handle(wake('app'))).toEqual({ batchItemFailures: [] });
    expect(installation.record()).toMatchObject({ phase: 'settled', active: { slot: 'green' } });
    expect([lookedAt('orders'), lookedAt('reports')]).toEqual([1, 1]);
    await handle(wake('app'));
    expect([lookedAt('orders'), lookedAt('reports')]).toEqual([1, 1]);
  });

  it('has one looked at anew that was looked at before it settled, and one once that had its turn to come', async () => {
    await aboutToSettle();
    await handle(wake('orders'), wake('app'), wake('reports'));
    expect([lookedAt('orders'), lookedAt('reports')]).toEqual([2, 1]);
  });

  it('reports no message twice where a look at one fails both times', async () => {
    await aboutToSettle();
    const orders = wake('orders');
    failures.set('orders', new TypeError('x is not a function'));
    expect(await handle(orders, wake('app'))).toEqual({
      batchItemFailures: [{ itemIdentifier: orders.messageId }],
    });
  });
});
