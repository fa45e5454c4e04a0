import { inspect } from 'node:util';
import { Sensitive } from '../../../../lambda-src/core/sensitive';
import {
  AWSCURRENT,
  AWSPENDING,
  LabelMovedError,
  SecretMissingError,
  versionWith,
  type SecretStore,
} from '../../../../lambda-src/ports/secrets';
import { token } from '../../../local/endpoint/target';
import { SECRET_SUBJECTS, type SecretSubject } from './secret-subjects';

const ONE = token('one');
const TWO = token('two');
const THREE = token('three');

describe.each(SECRET_SUBJECTS)('a secret store %s', (_name, start) => {
  let subject: SecretSubject;
  let store: SecretStore;
  let secret: string;
  beforeEach(async () => {
    subject = await start();
    ({ store, secret } = subject);
  });
  afterEach(() => subject.close());

  const put = (version: string, value: string, label: string) =>
    store.put(secret, version, new Sensitive(value), label);
  const read = async (at?: { version: string; label?: string }) =>
    (await store.read(secret, at))?.reveal() ?? null;
  const labels = async () => (await store.describe(secret)).versions;

  it('an empty secret has no version, no value and no rotation', async () => {
    expect(await store.describe(secret)).toEqual({ versions: {}, rotationEnabled: false });
    expect(await read()).toBeNull();
  });

  it('a secret that does not exist is missing to describe, and has no value to read', async () => {
    await expect(store.describe(subject.missing)).rejects.toThrow(SecretMissingError);
    await expect(store.describe(subject.missing)).rejects.toThrow(
      `The secret ${subject.missing} does not exist`,
    );
    expect(await store.read(subject.missing)).toBeNull();
  });

  it('the first value of an empty secret is current, whatever label was asked for', async () => {
    expect(await put(ONE, 'first', 'TANDEM_STAGED')).toBe('stored');
    expect(versionWith(await store.describe(secret), AWSCURRENT)).toBe(ONE);
    expect(await read()).toBe('first');
  });

  it('a later value is only staged; it is read by its version, and by its label', async () => {
    await put(ONE, 'first', AWSCURRENT);
    await put(TWO, 'second ü\n', 'TANDEM_STAGED');
    expect(await labels()).toEqual({ [ONE]: [AWSCURRENT], [TWO]: ['TANDEM_STAGED'] });
    expect(await read()).toBe('first');
    expect(await read({ version: TWO })).toBe('second ü\n');
    expect(await read({ version: TWO, label: 'TANDEM_STAGED' })).toBe('second ü\n');
  });

  it('what is not there is null: an unknown version, a label on another version', async () => {
    await put(ONE, 'first', AWSCURRENT);
    expect(await read({ version: TWO })).toBeNull();
    await put(TWO, 'second', AWSPENDING);
    expect(await read({ version: ONE, label: AWSPENDING })).toBeNull();
  });

  it('what must not carry a label is null where it does', async () => {
    await put(ONE, 'first', AWSCURRENT);
    await put(TWO, 'second', AWSPENDING);
    const at = { version: TWO, label: AWSPENDING, without: AWSCURRENT };
    expect((await store.read(secret, at))?.reveal()).toBe('second');
    await store.moveLabel(secret, AWSCURRENT, { from: ONE, to: TWO });
    expect(await store.read(secret, at)).toBeNull();
  });

  it('the same value under the same token is stored already, and moves no label', async () => {
    await put(ONE, 'first', AWSCURRENT);
    await put(TWO, 'second', 'TANDEM_STAGED');
    expect(await put(TWO, 'second', AWSCURRENT)).toBe('stored');
    expect(await read()).toBe('first');
  });

  it('another value under the same token is refused, and the first one is kept', async () => {
    await put(ONE, 'first', AWSCURRENT);
    expect(await put(ONE, 'other', AWSCURRENT)).toBe('exists');
    expect(await read()).toBe('first');
  });

  it('moves AWSCURRENT from the version that carries it; AWSPREVIOUS follows by itself', async () => {
    await put(ONE, 'first', AWSCURRENT);
    await put(TWO, 'second', 'TANDEM_STAGED');
    await store.moveLabel(secret, AWSCURRENT, { from: ONE, to: TWO });
    const moved = await labels();
    expect(moved[ONE]).toEqual(['AWSPREVIOUS']);
    expect([...(moved[TWO] ?? [])].sort()).toEqual([AWSCURRENT, 'TANDEM_STAGED']);
  });

  it('does not move a label that somebody else has moved', async () => {
    await put(ONE, 'first', AWSCURRENT);
    await put(TWO, 'second', 'TANDEM_STAGED');
    await put(THREE, 'third', AWSCURRENT);
    await expect(store.moveLabel(secret, AWSCURRENT, { from: ONE, to: TWO })).rejects.toThrow(
      LabelMovedError,
    );
    expect(await read()).toBe('third');
  });

  it('takes a label off, and a version without labels is not listed but can still be moved to', async () => {
    await put(ONE, 'first', AWSCURRENT);
    await put(TWO, 'second', AWSPENDING);
    await store.moveLabel(secret, AWSPENDING, { from: TWO, to: null });
    expect(await labels()).toEqual({ [ONE]: [AWSCURRENT] });
    await store.moveLabel(secret, AWSCURRENT, { from: ONE, to: TWO });
    expect(await read()).toBe('second');
  });

  it('takes no label off that somebody else has moved', async () => {
    await put(ONE, 'first', AWSCURRENT);
    await put(TWO, 'second', AWSPENDING);
    await expect(store.moveLabel(secret, AWSPENDING, { from: ONE, to: null })).rejects.toThrow(
      LabelMovedError,
    );
    expect((await labels())[TWO]).toEqual([AWSPENDING]);
  });

  it('a label that is where it is to go is moved already, and one that is nowhere is off already', async () => {
    await put(ONE, 'first', AWSCURRENT);
    await put(TWO, 'second', AWSPENDING);
    for (let call = 0; call < 2; call += 1) {
      await store.moveLabel(secret, AWSCURRENT, { from: ONE, to: TWO });
      await store.moveLabel(secret, AWSPENDING, { from: TWO, to: null });
    }
    expect(await labels()).toEqual({ [ONE]: ['AWSPREVIOUS'], [TWO]: [AWSCURRENT] });
  });

  it('a rotation starts with AWSPENDING on a version without a value, whose age is known', async () => {
    await put(ONE, 'first', AWSCURRENT);
    await subject.enableRotation();
    await store.rotate(secret, TWO);
    expect((await store.describe(secret)).rotationEnabled).toBe(true);
    expect(versionWith(await store.describe(secret), AWSPENDING)).toBe(TWO);
    expect(await read({ version: TWO, label: AWSPENDING })).toBeNull();
    expect(await store.createdAt(secret, TWO)).toBe(subject.now());
    expect(await store.createdAt(secret, THREE)).toBeNull();
  });

  it('a version whose label was taken off is listed no more, and its age is still known', async () => {
    await put(ONE, 'first', AWSCURRENT);
    await put(TWO, 'second', AWSPENDING);
    await store.moveLabel(secret, AWSPENDING, { from: TWO, to: null });
    expect((await store.describe(secret)).versions[TWO]).toBeUndefined();
    expect(await store.createdAt(secret, TWO)).toBe(subject.now());
  });

  it('a rotation is refused while another one is pending, with what the orchestrator takes for an answer of AWS', async () => {
    await put(ONE, 'first', AWSCURRENT);
    await subject.enableRotation();
    await store.rotate(secret, TWO);
    await expect(store.rotate(secret, THREE)).rejects.toHaveProperty('$metadata');
  });

  it('no error shows a value', async () => {
    await put(ONE, 'hunter2', AWSCURRENT);
    const wrong = store.put(subject.missing, ONE, new Sensitive('hunter2'), AWSCURRENT);
    const error: unknown = await wrong.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 10 })).not.toContain('hunter2');
  });
});
