import { DescribeParametersCommand } from '@aws-sdk/client-ssm';
import { SsmParameterStore } from '../../../../lambda-src/adapters/aws/parameter-store';
import { Sensitive } from '../../../../lambda-src/core/sensitive';
import type { ParameterStore } from '../../../../lambda-src/ports/parameters';
import { MemoryParameterStore } from '../../../support/memory-parameters';
import { startTarget, type Target } from '../../../local/endpoint/target';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

interface Subject {
  readonly store: ParameterStore;
  close(): Promise<void>;
}

const SUBJECTS: readonly [string, () => Promise<Subject>][] = [
  ['in memory', () => Promise.resolve({ store: new MemoryParameterStore(), close: () => Promise.resolve() })],
  [
    'over AWS Systems Manager',
    async () => {
      const target: Target = await startTarget();
      return { store: new SsmParameterStore(target.ssm), close: () => target.close() };
    },
  ],
];

describe.each(SUBJECTS)('a parameter store %s', (_name, start) => {
  let subject: Subject;
  let store: ParameterStore;
  beforeEach(async () => {
    subject = await start();
    store = subject.store;
  });
  afterEach(() => subject.close());

  it('answers what exists, by name, and leaves out what does not', async () => {
    await store.put('/t/a/record', 'one');
    const found = await store.get(['/t/a/record', '/t/a/pointer']);
    expect([...found]).toEqual([['/t/a/record', { value: 'one', version: 1 }]]);
  });

  it('answers nothing to nothing', async () => {
    expect((await store.get([])).size).toBe(0);
  });

  it('writes over what is there, and every write has a version of its own', async () => {
    for (const value of ['one', 'two', 'two']) await store.put('/t/a/record', value);
    expect((await store.get(['/t/a/record'])).get('/t/a/record')).toEqual({ value: 'two', version: 3 });
  });

  it('creates only what does not exist', async () => {
    expect(await store.create('/t/a/record', 'one')).toBe(true);
    expect(await store.create('/t/a/record', 'two')).toBe(false);
    expect((await store.get(['/t/a/record'])).get('/t/a/record')).toEqual({ value: 'one', version: 1 });
  });

  it('reads and removes more names than one call takes', async () => {
    const names = Array.from({ length: 23 }, (_, index) => `/t/${index}/record`);
    for (const name of names) await store.put(name, name);
    const found = await store.get(names);
    expect(names.map((name) => found.get(name)?.value)).toEqual(names);
    await store.remove([...names, '/t/missing/record']);
    expect((await store.get(names)).size).toBe(0);
  });

  it('keeps a value of more than 4 KB: a record with many consumers is one', async () => {
    const value = 'x'.repeat(7_000);
    await store.put('/t/a/record', 'small');
    await store.put('/t/a/record', value);
    expect((await store.get(['/t/a/record'])).get('/t/a/record')?.value).toBe(value);
  });

  it('keeps an encrypted value to itself, and writes over it', async () => {
    expect(await store.getSecure('/t/a/active')).toBeNull();
    for (const value of ['one', 'two']) await store.putSecure('/t/a/active', new Sensitive(value));
    const found = await store.getSecure('/t/a/active');
    expect([found?.reveal(), String(found)]).toEqual(['two', '[redacted]']);
  });

  it('creates an encrypted value only where there is none', async () => {
    expect(await store.createSecure('/t/a/active', new Sensitive('one'))).toBe(true);
    expect(await store.createSecure('/t/a/active', new Sensitive('two'))).toBe(false);
    expect((await store.getSecure('/t/a/active'))?.reveal()).toBe('one');
  });
});

it('encrypts over AWS Systems Manager with the key that it is given, and with the one of AWS without', async () => {
  const target = await startTarget();
  try {
    const store = new SsmParameterStore(target.ssm);
    const keyArn = 'arn:aws:kms:eu-central-1:123456789012:key/1';
    await store.createSecure('/t/a/active', new Sensitive('one'), keyArn);
    await store.putSecure('/t/b/active', new Sensitive('one'));
    const { Parameters = [] } = await target.ssm.send(new DescribeParametersCommand({}));
    expect(Parameters.map(({ Name, Type, KeyId }) => [Name, Type, KeyId]).sort()).toEqual([
      ['/t/a/active', 'SecureString', keyArn],
      ['/t/b/active', 'SecureString', 'alias/aws/ssm'],
    ]);
  } finally {
    await target.close();
  }
});
