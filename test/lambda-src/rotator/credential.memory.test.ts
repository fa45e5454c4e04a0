import { Sensitive } from '../../../lambda-src/core/sensitive';
import { DatabaseError } from '../../../lambda-src/ports/database';
import { asAdmin, isLoginOf, loadCredential } from '../../../lambda-src/rotator/credential';
import { ADMIN_ARN } from '../../model/installation';
import { MemoryCredential } from '../../support/rotator/memory-credential';

let app: MemoryCredential;
beforeEach(async () => {
  app = await MemoryCredential.installed();
});

describe('the admin', () => {
  const storeAdmin = (value: string, version = 'admin-2') =>
    app.secrets.store(ADMIN_ARN, version, value, 'AWSCURRENT');
  const ask = () => asAdmin(app.dependencies, 'app', () => Promise.resolve('asked'));
  const reads = () => app.effects.calls.filter((call) => call === `secrets.read ${ADMIN_ARN}`).length;

  it('is read once more where its login is refused: RDS rotates its own secrets by itself', async () => {
    app.server.set('admin', { password: 'new' });
    const before = app.secrets.read.bind(app.secrets);
    let first = true;
    app.secrets.read = (arn, at) => {
      const answer = before(arn, at);
      if (arn === ADMIN_ARN && first) storeAdmin('{"username":"admin","password":"new"}');
      first &&= arn !== ADMIN_ARN;
      return answer;
    };
    expect(await ask()).toBe('asked');
    expect(reads()).toBe(2);
  });

  it('is not tried again with the password that was refused, nor after anything else', async () => {
    app.server.set('admin', { password: 'new' });
    await expect(ask()).rejects.toMatchObject({ kind: 'wrong-password' });
    expect(app.effects.calls.filter((call) => call === 'database.withLock')).toHaveLength(1);
    app.forget();
    app.server.outage = 'down';
    await expect(ask()).rejects.toMatchObject({ kind: 'connection-refused' });
    expect(reads()).toBe(1);
    app.server.outage = null;
    app.server.set('admin', { password: 'admin' });
    app.forget();
    await expect(
      asAdmin(app.dependencies, 'app', () => Promise.reject(new Error('its work failed'))),
    ).rejects.toThrow('its work failed');
    expect(reads()).toBe(1);
  });

  it('takes the lock of this credential and of no other', async () => {
    const keys: string[] = [];
    const { database } = app.dependencies;
    const locking: typeof database = {
      ...database,
      endpoints: database.endpoints,
      withLock: (_admin, key) => {
        keys.push(key);
        return Promise.reject(new DatabaseError('timeout', 'far away'));
      },
    };
    await asAdmin({ ...app.dependencies, database: locking }, 'app', () => Promise.resolve()).catch(
      () => undefined,
    );
    expect(keys).toEqual(['tandem/model/app']);
  });

  it.each([
    ['{"username":"admin"}', /^The admin secret .* is not valid: password/],
    ['{"username":"","password":"x"}', /^The admin secret .* is not valid: username/],
    ['{"username":"admin","password":""}', /^The admin secret .* is not valid: password/],
  ])('of another shape is refused, without a value: %s', async (value, message) => {
    storeAdmin(value);
    await expect(ask()).rejects.toThrow(message);
  });

  it('without a value is told of by name, wherever it lies', async () => {
    const empty = app.newSecret('active');
    const { environment } = app.dependencies;
    const { writer, readers, lockDatabase, timeouts } = environment.database;
    const given = (admin: { adminSecretArn?: string; adminParameter?: string }) => ({
      ...app.dependencies,
      environment: { ...environment, database: { writer, readers, lockDatabase, timeouts, ...admin } },
    });
    const asking = (admin: Parameters<typeof given>[0]) =>
      asAdmin(given(admin), 'app', () => Promise.resolve('asked'));
    await expect(asking({ adminSecretArn: empty })).rejects.toThrow(
      `The admin secret ${empty} has no value.`,
    );
    await expect(asking({ adminParameter: '/admin' })).rejects.toThrow(
      'The admin parameter /admin has no value.',
    );
    await expect(asking({})).rejects.toThrow('The environment names no admin.');
    app.parameters.set('/admin', '{"username":"admin","password":"admin"}');
    expect(await asking({ adminParameter: '/admin' })).toBe('asked');
  });
});

describe('a credential', () => {
  it('without a configuration document says which and what to do', async () => {
    app.parameters.delete(app.name('config'));
    await expect(loadCredential(app.dependencies, 'app')).rejects.toThrow(
      'The configuration document /tandem/model/app/config does not exist: apply the installation that makes app.',
    );
  });

  it('tells a record that cannot be read from one that is not there', async () => {
    app.set('record', 'no JSON');
    expect(await loadCredential(app.dependencies, 'app')).toMatchObject({ record: null, recordExists: true });
    app.parameters.delete(app.name('record'));
    expect(await loadCredential(app.dependencies, 'app')).toMatchObject({
      record: null,
      recordExists: false,
      consumers: ['main/web-1'],
    });
  });

  it('knows whether a value is a login of a slot', async () => {
    const { config } = await loadCredential(app.dependencies, 'app');
    const value = new Sensitive(app.secrets.valueOf(app.arns.blue) ?? '');
    expect([isLoginOf(config, 'blue', value), isLoginOf(config, 'green', value)]).toEqual([true, false]);
  });
});
