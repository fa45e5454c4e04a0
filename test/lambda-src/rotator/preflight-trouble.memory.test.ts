import { fail, pass, warn } from '../../../lambda-src/contract/preflight';
import type { UserFacts } from '../../../lambda-src/ports/database';
import { preflight } from '../../../lambda-src/rotator/preflight';
import { ADMIN_ARN } from '../../model/installation';
import { MemoryCredential } from '../../support/rotator/memory-credential';

let app: MemoryCredential;
beforeEach(async () => {
  app = await MemoryCredential.installed();
});

const ask = () => preflight(app.dependencies, 'app');
const check = async (of: string) => (await ask()).checks.find(({ name }) => name === of);

describe('preflight where something cannot be asked', () => {
  it('with the database away, or an admin that is none, still tells about the rest', async () => {
    app.server.outage = 'nothing listens';
    expect((await ask()).checks).toEqual([
      pass('record', 'settled on blue'),
      pass('secret blue', 'has a value, rotation is enabled'),
      pass('secret green', 'has a value, rotation is enabled'),
      pass('secret active', 'carries blue'),
      pass('pointer', 'blue'),
      fail('database', 'nothing listens'),
    ]);
    app.server.outage = null;
    app.secrets.store(ADMIN_ARN, 'admin-2', '{}', 'AWSCURRENT');
    const last = (await ask()).checks.at(-1);
    expect(last).toMatchObject({ name: 'admin secret', status: 'fail' });
    expect(last?.detail).toMatch(/^The admin secret .* is not valid: username/);
    app.secrets.detach(ADMIN_ARN, 'AWSCURRENT');
    expect((await ask()).checks.at(-1)).toEqual(
      fail('admin secret', `The admin secret ${ADMIN_ARN} has no value.`),
    );
  });

  it('does not hide what nobody foresaw', async () => {
    app.session = { inspect: () => Promise.reject(new TypeError('a mistake')) };
    await expect(ask()).rejects.toThrow(new TypeError('a mistake'));
    app.session = {};
    app.secrets.describe = () => Promise.reject(new TypeError('another'));
    await expect(ask()).rejects.toThrow(new TypeError('another'));
  });

  it.each(['AccessDeniedException', 'DecryptionFailure'])('tells what %s asks for', async (name) => {
    const read = app.secrets.read.bind(app.secrets);
    const denied = Object.assign(new Error('no'), { name });
    const needs = (what: string) =>
      `${what} cannot be read (${name}: no): the rotator's role needs secretsmanager:GetSecretValue on it and kms:Decrypt ` +
      `on its key, whose own policy and the secret's must let it in`;
    const denying = (arn: string) => {
      app.secrets.read = (secret, at) => (secret === arn ? Promise.reject(denied) : read(secret, at));
    };
    denying(app.arns.blue);
    expect(await check('active login')).toEqual(fail('active login', needs(app.arns.blue)));
    denying(ADMIN_ARN);
    expect(await check('admin secret')).toEqual(fail('admin secret', needs("the admin's secret")));
  });

  it('fails with any other failure to read the active value', async () => {
    const read = app.secrets.read.bind(app.secrets);
    app.secrets.read = (secret, at) =>
      secret === app.arns.blue ? Promise.reject(new Error('throttled')) : read(secret, at);
    await expect(ask()).rejects.toThrow('throttled');
  });
});

describe('preflight tells what only one of the two users has', () => {
  const facts = async (blue: readonly string[] | null, green: readonly string[] | null) => {
    const of = (own: readonly string[] | null): UserFacts | null =>
      own === null
        ? null
        : {
            ...{ canLogin: true, marked: true, maySetOwner: true, startsAs: 'owner' },
            ...{ connectionLimit: -1, own, adminMayAlter: true, unendableOn: [] },
          };
    const server = {
      version: '17.10',
      admin: { name: 'admin', superuser: false, createRole: true, seesSessions: true },
      owner: { canLogin: false, marked: true },
      databaseOwner: 'owner',
      users: { blue: of(blue), green: of(green) },
    };
    app.session = { inspect: () => Promise.resolve(server) };
    return await check('parity');
  };
  const remedy =
    ': grant to owner what both are to have (REASSIGN OWNED for objects), give settings to both, or take them away';

  it('by name, at most three', async () => {
    expect(await facts(['a', 'b'], ['b', 'a'])).toEqual(pass('parity', 'both users have the same'));
    expect(await facts(['a', 'b'], ['b', 'c'])).toEqual(
      warn('parity', `only blue has a; only green has c${remedy}`),
    );
    expect(await facts(['a', 'b', 'c'], [])).toEqual(
      warn('parity', `only blue has a; only blue has b; only blue has c${remedy}`),
    );
    expect(await facts(['a', 'b', 'c'], ['d', 'e'])).toEqual(
      warn('parity', `only blue has a; only blue has b; only blue has c; and 2 more${remedy}`),
    );
  });

  it('says nothing before both are there', async () => {
    expect(await facts(null, ['a'])).toBeUndefined();
    expect(await facts(['a'], null)).toBeUndefined();
  });
});
