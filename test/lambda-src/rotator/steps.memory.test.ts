import { MemoryCredential } from '../../support/rotator/memory-credential';

let app: MemoryCredential;
beforeEach(async () => {
  app = await MemoryCredential.installed();
});

const said = () => app.telemetry.lines.map(({ message, fields }) => ({ message, ...fields }));
const value = (token: string) => JSON.parse(app.secrets.valueOf(app.arns.green, token) ?? '{}') as object;

describe('a rotation makes these calls and no others, each step', () => {
  it('createSecret: describes the secret, reads configuration and record, stages a value', async () => {
    const token = app.begin('green');
    await app.step('green', token, 'createSecret');
    expect(app.effects.calls).toEqual([
      'secrets.describe green',
      'parameters.get config record pointer',
      'secrets.put green AWSPENDING',
    ]);
    expect(said()).toEqual([{ message: 'staged a new value' }]);
    expect(value(token)).toMatchObject({
      engine: 'postgres',
      host: 'db.example',
      port: 5432,
      dbname: 'app',
      username: 'green',
    });
    expect(app.pending('green')).toBe(token);
  });

  it('setSecret: the admin, then under the lock the staged value, the record and the sessions; then it alters', async () => {
    const token = app.begin('green');
    await app.step('green', token, 'createSecret');
    app.forget();
    await app.step('green', token, 'setSecret');
    expect(app.effects.calls.map((call) => call.replace(/ arn:.*/, ' admin'))).toEqual([
      'secrets.read admin',
      'database.withLock',
      'secrets.read green',
      'parameters.get config record pointer',
      'database.sessionsOf green',
      'database.ensureUser green',
      'database.setPassword green',
    ]);
    expect(said()).toEqual([{ message: 'password changed', user: 'green', ensured: [] }]);
  });

  it('testSecret: reads the staged value and the configuration, logs in', async () => {
    const token = app.begin('green');
    await app.step('green', token, 'createSecret');
    await app.step('green', token, 'setSecret');
    app.forget();
    await app.step('green', token, 'testSecret');
    expect(app.effects.calls).toEqual([
      'secrets.read green',
      'parameters.get config record pointer',
      'database.login green',
    ]);
  });

  it('finishSecret: moves AWSCURRENT, then takes AWSPENDING off', async () => {
    const former = app.current('green');
    const token = app.begin('green');
    for (const step of ['createSecret', 'setSecret', 'testSecret'] as const)
      await app.step('green', token, step);
    app.forget();
    await app.step('green', token, 'finishSecret');
    expect(app.effects.calls).toEqual([
      'secrets.describe green',
      'secrets.moveLabel green AWSCURRENT',
      'secrets.moveLabel green AWSPENDING',
    ]);
    expect([app.current('green'), app.pending('green')]).toEqual([token, null]);
    expect(said()).toEqual([{ message: 'rotation finished', former }]);
  });
});

describe('a step that comes again', () => {
  it('createSecret keeps the value that is staged, and says so', async () => {
    const token = app.begin('green');
    await app.step('green', token, 'createSecret');
    const staged = value(token);
    app.forget();
    await app.step('green', token, 'createSecret');
    expect(value(token)).toEqual(staged);
    expect(said()).toEqual([{ message: 'a value is staged already: kept' }]);
  });

  it.each(['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const)(
    '%s changes nothing once the rotation is finished',
    async (step) => {
      const token = await app.rotate('green');
      app.forget();
      await app.step('green', token, step);
      expect(app.effects.effects).toEqual([]);
      expect(app.effects.calls).not.toContain('parameters.get config record pointer');
    },
  );

  it('finishSecret takes AWSPENDING off where an earlier run died before it could', async () => {
    const token = await app.rotate('green');
    app.secrets.attach(app.arns.green, 'AWSPENDING', token);
    app.forget();
    await app.step('green', token, 'finishSecret');
    expect(app.effects.effects).toEqual(['secrets.moveLabel green AWSPENDING']);
    expect(app.pending('green')).toBeNull();
  });

  it('setSecret changes no password where the version carries both labels: nothing is staged then', async () => {
    const token = await app.rotate('green');
    app.secrets.attach(app.arns.green, 'AWSPENDING', token);
    app.forget();
    await app.step('green', token, 'setSecret');
    expect(app.effects.effects).toEqual([]);
  });

  it('testSecret by itself, against an AWSPENDING without a value, tests nothing', async () => {
    const token = app.begin('green');
    await app.step('green', token, 'testSecret');
    expect(app.effects.calls).toEqual(['secrets.read green', 'secrets.describe green']);
  });
});
