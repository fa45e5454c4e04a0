import type { SlotVersion } from '../../../lambda-src/core/slot';
import type { Endpoint, LoginOutcome } from '../../../lambda-src/ports/database';
import { AWSPENDING } from '../../../lambda-src/ports/secrets';
import { reassert } from '../../../lambda-src/rotator/reassert';
import { sessions } from '../../../lambda-src/rotator/sessions';
import { verify } from '../../../lambda-src/rotator/verify';
import { ADMIN_ARN } from '../../model/installation';
import { MemoryCredential, versionId } from '../../support/rotator/memory-credential';

let app: MemoryCredential;
beforeEach(async () => {
  app = await MemoryCredential.installed();
});

const active = (): SlotVersion => app.record()?.active ?? { slot: 'blue', version: '' };
const READER: Endpoint = { host: 'reader.example', port: 5433 };

/** Readers beside the writer, each answering in turn what is given; the last answer stays. */
function withReaders(...answers: readonly LoginOutcome['outcome'][]): string[] {
  const asked: string[] = [];
  let at = 0;
  app.database = {
    endpoints: [app.server.endpoint, READER],
    login: ({ host }, database, { user }) => {
      asked.push(`${host}/${database} as ${user}`);
      const outcome =
        host === READER.host ? (answers[Math.min(at++, answers.length - 1)] ?? 'accepted') : 'accepted';
      if (outcome === 'accepted') return Promise.resolve({ outcome, currentUser: 'owner' });
      return Promise.resolve({ outcome, endpoint: host, detail: `said ${outcome}` });
    },
  };
  return asked;
}

describe('verify', () => {
  it('accepts exactly the version that logs in, asked under the lock', async () => {
    expect(await verify(app.dependencies, 'app', active())).toEqual({
      result: 'accepted',
      detail: 'logged in on 1 endpoint(s)',
    });
    expect(app.effects.calls).toEqual([
      'parameters.get config record pointer',
      `secrets.read ${ADMIN_ARN}`,
      'database.withLock',
      'secrets.read blue',
      'database.login blue',
    ]);
  });

  it('refuses a version that does not exist, one that is no login of the slot, and a password that is refused', async () => {
    expect(await verify(app.dependencies, 'app', { slot: 'green', version: 'gone' })).toEqual({
      result: 'refused',
      detail: 'green has no version gone',
    });
    app.secrets.store(app.arns.green, versionId('text'), '{}', AWSPENDING);
    expect(
      await verify(app.dependencies, 'app', { slot: 'green', version: versionId('text') }),
    ).toMatchObject({
      result: 'refused',
      detail: expect.stringMatching(/^The value of green of app is not valid: .*host/) as string,
    });
    app.server.set('blue', { password: 'another' });
    expect(await verify(app.dependencies, 'app', active())).toEqual({
      result: 'refused',
      detail: 'db.example:5432: password authentication failed for blue',
    });
  });

  it('calls it an outage where the server does not answer, at the lock or at the login', async () => {
    app.server.outage = 'nothing listens';
    expect(await verify(app.dependencies, 'app', active())).toEqual({
      result: 'outage',
      detail: 'nothing listens',
    });
    app.server.outage = null;
    withReaders('unreachable');
    expect(await verify(app.dependencies, 'app', active())).toEqual({
      result: 'outage',
      detail: 'reader.example: said unreachable',
    });
  });

  it('does not hide what is neither: the invocation fails', async () => {
    app.session = { sessionsOf: () => Promise.reject(new Error('unforeseen')) };
    await expect(sessions(app.dependencies, 'app')).rejects.toThrow('unforeseen');
    const broken = { ...app.dependencies, database: { ...app.dependencies.database, endpoints: [] } };
    broken.database.withLock = () => Promise.reject(new TypeError('a mistake'));
    await expect(verify(broken, 'app', active())).rejects.toThrow(new TypeError('a mistake'));
  });

  it('asks every endpoint, the writer first and once, and gives a lagging reader five attempts, a second apart', async () => {
    const asked = withReaders('refused', 'refused', 'accepted');
    expect(await verify(app.dependencies, 'app', active())).toEqual({
      result: 'accepted',
      detail: 'logged in on 2 endpoint(s)',
    });
    expect(asked).toEqual(['db.example/app as blue', ...Array<string>(3).fill('reader.example/app as blue')]);
    expect(app.pauses).toEqual([1_000, 1_000]);
  });

  it('believes a reader that refuses five times, and waits for no outage of one', async () => {
    const asked = withReaders('refused');
    expect(await verify(app.dependencies, 'app', active())).toMatchObject({ result: 'refused' });
    expect(asked).toHaveLength(6);
    app.pauses.length = 0;
    withReaders('unreachable');
    await verify(app.dependencies, 'app', active());
    expect(app.pauses).toEqual([]);
  });

  it('tries the writer once: it does not lag', async () => {
    app.server.set('blue', { password: 'another' });
    await verify(app.dependencies, 'app', active());
    expect(app.effects.calls.filter((call) => call === 'database.login blue')).toHaveLength(1);
    expect(app.pauses).toEqual([]);
  });
});

describe('sessions', () => {
  it('are told for both users, or for the one that was asked for', async () => {
    app.server.sessions = () => [{ user: 'green', pid: 7, applicationName: 'psql', clientAddress: 'local' }];
    const green = [
      {
        user: 'green',
        pid: 7,
        applicationName: 'psql',
        clientAddress: 'local',
        endpoint: 'db.example:5432',
        startedAt: '2026-01-10T12:00:00.000Z',
      },
    ];
    expect(await sessions(app.dependencies, 'app')).toEqual({ blue: [], green });
    expect(await sessions(app.dependencies, 'app', 'blue')).toEqual({ blue: [] });
  });
});

describe('reassert', () => {
  const halted = () => app.changeRecord({ phase: 'halted', haltedFrom: 'settled' });

  it('gives the active user the stored password, and LOGIN with it, and says how the login went', async () => {
    halted();
    app.server.set('blue', { password: 'restored', login: false });
    expect(await reassert(app.dependencies, 'app', active())).toEqual({
      result: 'accepted',
      detail: 'logged in on 1 endpoint(s)',
      ensured: [],
    });
    expect(app.effects.effects).toEqual(['database.ensureUser blue', 'database.setPassword blue']);
    expect(app.telemetry.lines).toEqual([
      {
        level: 'info',
        message: 'stored password reasserted',
        fields: { user: 'blue', ensured: [] },
      },
    ]);
  });

  it('refuses where the record is not halted, is missing, or names another version', async () => {
    const refused =
      'a password is reasserted only where the sweep found that it is refused, and nothing was changed.';
    const target = active();
    await expect(reassert(app.dependencies, 'app', target)).rejects.toThrow(
      `app is settled, not halted: ${refused}`,
    );
    halted();
    await expect(reassert(app.dependencies, 'app', { slot: 'green', version: 'v' })).rejects.toThrow(
      `The record of app names blue ${target.version} as active, not green v: nothing was changed.`,
    );
    app.parameters.delete(app.name('record'));
    await expect(reassert(app.dependencies, 'app', target)).rejects.toThrow(
      `app is without a readable record, not halted: ${refused}`,
    );
    expect(app.effects.effects).toEqual([]);
  });

  it('refuses where the version exists no more', async () => {
    halted();
    app.changeRecord({ active: { slot: 'blue', version: 'gone' } });
    await expect(reassert(app.dependencies, 'app', active())).rejects.toThrow(
      'blue of app has no version gone any more.',
    );
  });
});
