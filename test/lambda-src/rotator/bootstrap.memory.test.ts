import { bootstrapToken, mirrorVersion } from '../../../lambda-src/contract/tokens';
import { AWSCURRENT } from '../../../lambda-src/ports/secrets';
import { bootstrap, destroy, type BootstrapOptions } from '../../../lambda-src/rotator/bootstrap';
import { MemoryCredential } from '../../support/rotator/memory-credential';

let app: MemoryCredential;
const run = (options?: BootstrapOptions) => bootstrap(app.dependencies, 'app', options);

const ALL = [
  'the owner role owner',
  'the user blue',
  `ALTER ROLE "blue" PASSWORD '[redacted]' LOGIN`,
  'blue: first value stored',
  'the user green',
  `ALTER ROLE "green" PASSWORD '[redacted]' LOGIN`,
  'green: first value stored',
  'active: carries blue',
  'pointer created',
  'request created',
  'evidence created',
  'record created',
];

describe('bootstrap of a fresh installation', () => {
  beforeEach(() => {
    app = new MemoryCredential();
    app.register();
    app.configure();
  });

  it('makes roles, first values, mirror, pointer and record, in this order and the record last', async () => {
    expect(await run()).toEqual({ credential: 'app', did: ALL });
    expect(app.effects.effects).toEqual([
      'database.run the owner role owner',
      'database.run the user blue',
      'database.setPassword blue',
      'secrets.put blue AWSCURRENT',
      'database.run the user green',
      'database.setPassword green',
      'secrets.put green AWSCURRENT',
      'secrets.put active AWSCURRENT',
      'parameters.create pointer',
      'parameters.create request',
      'parameters.create evidence',
      'parameters.create record',
    ]);
    const [blue, green] = [bootstrapToken(app.arns.blue), bootstrapToken(app.arns.green)];
    expect(app.record()).toMatchObject({
      phase: 'settled',
      active: { slot: 'blue', version: blue },
      previous: null,
      seen: { blue, green },
      consumers: { 'main/web-1': {} },
    });
    expect(app.labelled('active', AWSCURRENT)).toBe(mirrorVersion(app.arns.blue, blue));
    expect(app.text('pointer')).toBe('blue');
  });

  it('may be repeated, and then does nothing', async () => {
    await run();
    app.forget();
    expect(await run()).toEqual({ credential: 'app', did: [] });
    expect(app.effects.effects).toEqual([]);
  });

  it('as a dry run says the same and does nothing', async () => {
    expect(await run({ dryRun: true })).toEqual({ credential: 'app', did: [], would: ALL, obstacles: [] });
    expect(app.effects.effects).toEqual([]);
  });

  it('alters the user to what is stored where a put of an earlier run arrives late', async () => {
    const token = bootstrapToken(app.arns.blue);
    const late = JSON.stringify({
      ...{ host: 'db.example', port: 5432, dbname: 'app', username: 'blue', password: 'late' },
    });
    // The late put arrives between the plan, which found the slot empty, and the step.
    app.session = {
      sessionsOf: () => {
        if (app.labelled('blue', AWSCURRENT) === null && app.effects.effects.length > 1)
          app.secrets.store(app.arns.blue, token, late, AWSCURRENT);
        return Promise.resolve([]);
      },
    };
    await run();
    expect(app.server.logsIn('blue', 'late')).toBe(true);
    expect(app.effects.effects.filter((effect) => effect === 'database.setPassword blue')).toHaveLength(2);
  });

  it('refuses a slot without a value whose user is in use, before and at the moment of the ALTER', async () => {
    const green = { user: 'green', pid: 7, applicationName: 'psql', clientAddress: 'local' };
    app.server.sessions = () => [green];
    const refused =
      'green of app has no value, but its user is in use: green: application_name psql, from local, pid 7 on ' +
      'db.example:5432, since 2026-01-10T12:00:00.000Z.';
    await expect(run()).rejects.toThrow(refused);
    expect(app.effects.effects).toEqual([]);
    app.server.sessions = () => (app.current('blue') === null ? [] : [green]);
    await expect(run()).rejects.toThrow(refused);
    expect(app.effects.effects).not.toContain('database.setPassword green');
  });

  it('refuses an active secret with a value that is neither slot’s', async () => {
    app.secrets.store(app.arns.active, 'a-version', 'somebody’s value', AWSCURRENT);
    await expect(run()).rejects.toThrow(
      "The active secret of app carries a value that is neither blue's nor green's, and there is no record that says whose " +
        "it is: restore the record from its parameter's history.",
    );
    expect(app.effects.effects).toEqual([]);
  });

  it('refuses a slot without a value whose login the active secret carries', async () => {
    await run();
    for (const kind of ['record', 'pointer'] as const) app.parameters.delete(app.name(kind));
    app.arns.blue = app.newSecret('blue');
    app.configure();
    app.forget();
    await expect(run()).rejects.toThrow(
      "blue of app has no value, yet the active secret carries its user: restore the slot's secret first.",
    );
    expect(app.effects.effects).toEqual([]);
  });

  it('refuses adopt where the configuration does not say so', async () => {
    await expect(run({ adopt: true })).rejects.toThrow(
      'The configuration of app has no adopt: add it, with the secret that task definitions read, and apply.',
    );
  });
});

describe('bootstrap where there are values but no record', () => {
  beforeEach(async () => {
    app = await MemoryCredential.installed();
    app.parameters.delete(app.name('record'));
  });

  it('takes the slot and version that the mirror carries, verified, as rolling', async () => {
    app.secrets.attach(app.arns.active, AWSCURRENT, app.labelled('active', AWSCURRENT) ?? '');
    expect(await run()).toEqual({ credential: 'app', did: ['record created'] });
    expect(app.record()).toMatchObject({
      phase: 'rolling',
      active: { slot: 'blue', version: bootstrapToken(app.arns.blue) },
    });
    expect(app.effects.calls).toContain('database.login blue');
  });

  it('takes green where the mirror carries green', async () => {
    const version = app.current('green') ?? '';
    const mirrored = mirrorVersion(app.arns.green, version);
    app.secrets.store(app.arns.active, mirrored, app.secrets.valueOf(app.arns.green) ?? '', AWSCURRENT);
    app.parameters.delete(app.name('pointer'));
    await run();
    expect(app.record()?.active).toEqual({ slot: 'green', version });
    expect(app.text('pointer')).toBe('green');
  });

  it('writes no record where that does not log in, or cannot be tried', async () => {
    app.server.set('blue', { password: 'another' });
    await expect(run()).rejects.toThrow(
      'The value of blue of app, which applications are to read, does not log in: db.example:5432: password ' +
        'authentication failed for blue',
    );
    app.database = {
      login: () => Promise.resolve({ outcome: 'unreachable', endpoint: 'db', detail: 'away' }),
    };
    await expect(run()).rejects.toThrow(
      'The value of blue of app, which applications are to read, could not be tried: db: away',
    );
    expect(app.record()).toBeNull();
  });

  it('fills the active secret where that is empty', async () => {
    app.arns.active = app.newSecret('active');
    app.configure();
    expect((await run()).did).toEqual(['active: carries blue', 'record created']);
    expect(app.published()?.user).toBe('blue');
  });
});

describe('bootstrap with a record', () => {
  beforeEach(async () => {
    app = await MemoryCredential.installed();
  });

  const recreate = (slot: 'blue' | 'green') => {
    app.arns[slot] = app.newSecret(slot);
    app.configure();
  };

  it('fills a standby whose secret was made again', async () => {
    recreate('green');
    expect((await run()).did).toEqual([
      `ALTER ROLE "green" PASSWORD '[redacted]' LOGIN`,
      'green: first value stored',
    ]);
    expect(app.current('green')).toBe(bootstrapToken(app.arns.green));
  });

  it('makes the role again as well where it is gone', async () => {
    recreate('green');
    app.server.set('green', { owner: null });
    expect((await run()).did).toContain('the user green');
  });

  it('leaves the active slot alone: the record halts, and the mirror still has the value', async () => {
    recreate('blue');
    expect(await run()).toEqual({ credential: 'app', did: [] });
    expect(app.effects.effects).toEqual([]);
  });

  it('fills nothing while the credential is not settled, nor while the user is in use', async () => {
    recreate('green');
    app.changeRecord({ phase: 'rolling' });
    await expect(run()).rejects.toThrow(
      'green of app has no value and cannot be given one now: the credential is rolling.',
    );
    app.changeRecord({ phase: 'settled' });
    app.server.sessions = () => [{ user: 'green', pid: 7, applicationName: 'psql', clientAddress: 'local' }];
    await expect(run()).rejects.toThrow(
      /^green of app has no value and cannot be given one now: green: application_name psql, .*Z\.$/,
    );
    expect(app.effects.effects).toEqual([]);
  });

  it('fills no standby whose login the active secret carries: the mirror is astray', async () => {
    const version = app.current('green') ?? '';
    const value = app.secrets.valueOf(app.arns.green) ?? '';
    app.secrets.store(app.arns.active, mirrorVersion(app.arns.green, version), value, AWSCURRENT);
    recreate('green');
    await expect(run()).rejects.toThrow('green of app has no value, yet the active secret carries its user');
  });

  it('refuses a record that cannot be read', async () => {
    app.set('record', 'no JSON');
    await expect(run()).rejects.toThrow(
      "The record of app cannot be read: restore it from the parameter's history.",
    );
  });

  it('destroy removes the five parameters that are no configuration, and nothing else', async () => {
    expect(await destroy(app.dependencies, 'app')).toEqual({
      credential: 'app',
      did: ['pointer removed', 'record removed', 'request removed', 'evidence removed', 'active removed'],
    });
    expect(app.effects.calls).toEqual(['parameters.remove pointer record request evidence active']);
    expect(app.text('config')).not.toBe('');
  });
});
