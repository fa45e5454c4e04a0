import { SsmParameterStore } from '../../../../lambda-src/adapters/aws/parameter-store';
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
});
