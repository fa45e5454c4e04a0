import { InstallationError, RotationRefusedError } from '../../../lambda-src/rotator/errors';
import { MemoryCredential, versionId } from '../../support/rotator/memory-credential';

let app: MemoryCredential;
beforeEach(async () => {
  app = await MemoryCredential.installed();
});

const value = (token: string) => JSON.parse(app.secrets.valueOf(app.arns.green, token) ?? '{}') as object;

describe('a rotation is refused, before any effect on the database', () => {
  const refusal = (clause: string, reason: string, offenders: readonly string[]) => ({
    name: 'RotationRefusedError',
    credential: 'app',
    kind: 'green',
    refusal: { clause, reason, offenders },
  });

  it('in createSecret where the guard refuses', async () => {
    const token = app.begin('green');
    app.changeRecord({ paused: true });
    await expect(app.step('green', token, 'createSecret')).rejects.toMatchObject(
      refusal('record', 'the credential is paused: unpause it first', []),
    );
    expect(app.effects.effects).toEqual([]);
  });

  it('in createSecret where rotation is not enabled, and where another token carries AWSPENDING', async () => {
    const token = app.begin('green');
    await expect(app.step('green', versionId('other'), 'createSecret')).rejects.toMatchObject({
      refusal: { clause: 'token', offenders: [versionId('other')] },
    });
    app.secrets.setRotationEnabled(app.arns.green, false);
    await expect(app.step('green', token, 'createSecret')).rejects.toMatchObject({
      refusal: { clause: 'rotation' },
    });
  });

  it('in createSecret where the last rotation has not been rolled out', async () => {
    const first = await app.rotate('green');
    const token = app.begin('green', 'green-3');
    await expect(app.step('green', token, 'createSecret')).rejects.toMatchObject({
      refusal: { clause: 'seen', offenders: [first] },
    });
  });

  it('in setSecret where the record began to roll meanwhile', async () => {
    const token = app.begin('green');
    await app.step('green', token, 'createSecret');
    app.changeRecord({ phase: 'rolling' });
    app.forget();
    await expect(app.step('green', token, 'setSecret')).rejects.toBeInstanceOf(RotationRefusedError);
    expect(app.effects.effects).toEqual([]);
  });

  it('in setSecret where a session is open, which the message names', async () => {
    const token = app.begin('green');
    await app.step('green', token, 'createSecret');
    app.server.sessions = () => [
      { user: 'green', pid: 7, applicationName: 'psql', clientAddress: '10.0.0.1' },
      { user: 'green', pid: 8, applicationName: '', clientAddress: 'local' },
    ];
    app.forget();
    const since = '2026-01-10T12:00:00.000Z';
    const on = `on db.example:5432, since ${since}`;
    await expect(app.step('green', token, 'setSecret')).rejects.toThrow(
      'Rotation of green of app refused: 2 sessions are still open as green; they are never ended unless you ask for ' +
        `it [green: application_name psql, from 10.0.0.1, pid 7 ${on}; green: no application_name, from local, pid 8 ${on}].`,
    );
    expect(app.effects.effects).toEqual([]);
  });

  it('in setSecret where nothing is staged', async () => {
    const token = app.begin('green');
    await expect(app.step('green', token, 'setSecret')).rejects.toMatchObject(
      refusal('token', 'this token has no staged value: the rotation was superseded or cancelled', [token]),
    );
  });

  it.each(['testSecret', 'finishSecret'] as const)('in %s where the rotation was cancelled', async (step) => {
    const token = app.begin('green');
    await app.step('green', token, 'createSecret');
    app.secrets.detach(app.arns.green, 'AWSPENDING');
    app.forget();
    await expect(app.step('green', token, step)).rejects.toMatchObject(
      refusal('token', 'this token does not carry AWSPENDING', [token]),
    );
    expect(app.effects.effects).toEqual([]);
  });
});

describe('a rotation fails in words, and changes nothing, where', () => {
  it('the secret is none of the installation, or none that this strategy rotates', async () => {
    const token = app.begin('green');
    const other = app.arns.green.replace('tandem/model', 'other');
    const wrong = {
      [app.arns.active]: 'is not what is rotated of app: rotate blue or green.',
      [other]: 'is no secret of the installation tandem/model.',
    };
    for (const [secret, words] of Object.entries(wrong)) {
      app.arns.green = secret;
      await expect(app.step('green', token, 'createSecret')).rejects.toThrow(
        new InstallationError(`${secret} ${words}`),
      );
    }
  });

  it.each(['createSecret', 'setSecret', 'testSecret'] as const)(
    'the configuration names another secret: %s',
    async (step) => {
      const token = app.begin('green');
      if (step !== 'createSecret') await app.step('green', token, 'createSecret');
      const secretArn = app.newSecret('green');
      app.changeDocument({
        slots: { blue: { user: 'blue', secretArn: app.arns.blue }, green: { user: 'green', secretArn } },
      });
      app.forget();
      await expect(app.step('green', token, step)).rejects.toThrow(
        `The configuration document of app names ${secretArn} as green, not ${app.arns.green}: apply the installation again.`,
      );
      expect(app.effects.effects).toEqual([]);
    },
  );

  it.each([
    [{ host: 'elsewhere' }, 'host'],
    [{ port: 1 }, 'port'],
    [{ dbname: 'other' }, 'dbname'],
    [{ host: 'elsewhere', dbname: 'other' }, 'host, dbname'],
  ])('what is staged names another database: %j', async (change, fields) => {
    const token = app.begin('green');
    await app.step('green', token, 'createSecret');
    const text = JSON.stringify({ ...value(token), ...change });
    app.secrets.store(app.arns.green, token, text, 'AWSPENDING');
    app.forget();
    await expect(app.step('green', token, 'setSecret')).rejects.toThrow(
      `The staged value of green of app does not fit the configuration (${fields}): let it go stale and rotate again.`,
    );
    expect(app.effects.effects).toEqual([]);
  });

  it('what is staged is a login of another user', async () => {
    const token = app.begin('green');
    await app.step('green', token, 'createSecret');
    app.secrets.store(
      app.arns.green,
      token,
      JSON.stringify({ ...value(token), username: 'blue' }),
      'AWSPENDING',
    );
    await expect(app.step('green', token, 'setSecret')).rejects.toThrow(
      'The value of green of app is not valid: username is not green.',
    );
  });

  it('the staged password does not log in', async () => {
    const token = app.begin('green');
    await app.step('green', token, 'createSecret');
    await expect(app.step('green', token, 'testSecret')).rejects.toMatchObject({
      name: 'UserUnfitError',
      message:
        'green cannot log in with its new password: db.example:5432: password authentication failed for green',
    });
  });

  it('the user logs in and does not work as the owner role, with the statements that mend it', async () => {
    const token = app.begin('green');
    await app.step('green', token, 'createSecret');
    await app.step('green', token, 'setSecret');
    app.server.set('green', { owner: null });
    await expect(app.step('green', token, 'testSecret')).rejects.toMatchObject({
      name: 'UserUnfitError',
      message:
        'green logs in but works as green, not as the owner role owner. Run, as a role that may: GRANT "owner" TO ' +
        `"green" WITH SET TRUE (before PostgreSQL 16: GRANT "owner" TO "green"); ALTER ROLE "green" SET role TO 'owner'`,
    });
  });
});
