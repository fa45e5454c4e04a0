import { randomBytes } from 'node:crypto';
import { createDatabase } from '../../../lambda-src/adapters/postgres/database';
import type { Slot } from '../../../lambda-src/core/slot';
import type { LoginOutcome } from '../../../lambda-src/ports/database';
import type { RotatorDependencies } from '../../../lambda-src/rotator/dependencies';
import { verify } from '../../../lambda-src/rotator/verify';
import { holdLock, waitingForLock } from '../../support/rotator/lock';
import { replaced } from '../../support/rotator/replaced';
import { RotatorRig } from '../../support/rotator/rig';
import type { Installation } from '../../support/rotator/installation';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 60_000);

// Generous: the machine may be busy.
jest.setTimeout(90_000);

async function ask(app: Installation, slot: Slot, version?: string, dependencies = app.dependencies) {
  const target = { slot, version: version ?? (await app.versionWith(slot, 'AWSCURRENT')) ?? '' };
  return await app.noted(verify(dependencies, 'app', target));
}

describe('verify', () => {
  it('accepts what logs in, whichever slot it is, and changes nothing', async () => {
    const app = await rig.install();
    const mark = rig.log.mark();
    expect(await ask(app, 'blue')).toEqual({ result: 'accepted', detail: 'logged in on 1 endpoint(s)' });
    expect(await ask(app, 'green')).toMatchObject({ result: 'accepted' });
    expect(app.effects(mark)).toEqual([]);
  });

  it('means exactly the version it is given, whatever label that carries', async () => {
    const app = await rig.install();
    const former = await app.versionWith('green', 'AWSCURRENT');
    const version = await app.begin('green');
    await app.step('green', version, 'createSecret');
    expect(await ask(app, 'green', version)).toMatchObject({ result: 'refused' });
    await app.step('green', version, 'setSecret');
    expect(await ask(app, 'green', version)).toMatchObject({ result: 'accepted' });
    expect(await ask(app, 'green', former)).toMatchObject({ result: 'refused' });
  });
});

describe('verify says refused where', () => {
  it.each<[string, (app: Installation) => Promise<unknown>, RegExp]>([
    [
      'the password is another one',
      (app) => app.alterByHand(app.names.users.green, `by-hand-${app.names.tag}`),
      /does not accept the password of "green_\w+"\.$/,
    ],
    [
      'the user has NOLOGIN',
      (app) => rig.test.server.query(`ALTER ROLE ${app.names.users.green} NOLOGIN`),
      /has NOLOGIN.*ALTER ROLE "green_.*" LOGIN/,
    ],
    [
      'the user does not exist',
      async (app) => {
        const { users, database } = app.names;
        await rig.test.server.query(`DROP OWNED BY ${users.green}`, [], database);
        await rig.test.server.query(`DROP ROLE ${users.green}`);
      },
      /does not accept the password/,
    ],
  ])('%s', async (_what, arrange, detail) => {
    const app = await rig.install();
    await arrange(app);
    const verdict = await ask(app, 'green');
    expect(verdict).toEqual({ result: 'refused', detail: expect.stringMatching(detail) as string });
    expect(verdict.detail).toContain(`127.0.0.1:${String(rig.test.server.port)}`);
  });

  it('there is no such version', async () => {
    const app = await rig.install();
    expect(await ask(app, 'green', 'x'.repeat(32))).toEqual({
      result: 'refused',
      detail: `green has no version ${'x'.repeat(32)}`,
    });
  });

  it('the value is another user’s, whose password must not be lent, without a login', async () => {
    const app = await rig.install();
    const version = await app.write('green', await app.value('blue'));
    const mark = rig.log.mark();
    expect(await ask(app, 'green', version)).toMatchObject({
      result: 'refused',
      detail: expect.stringContaining('username is not green_') as string,
    });
    expect(app.connections(mark)).toBe(1);
  });
});

describe('verify says outage, which is waited for, where', () => {
  it('the user has no connection left', async () => {
    const app = await rig.install();
    await rig.test.server.query(`ALTER ROLE ${app.names.users.green} CONNECTION LIMIT 0`);
    expect(await ask(app, 'green')).toMatchObject({
      result: 'outage',
      detail: expect.stringContaining('no connection left') as string,
    });
  });

  it('the database does not exist', async () => {
    const app = await rig.install();
    await app.changeDocument({ database: 'nowhere' });
    expect(await ask(app, 'green')).toMatchObject({ result: 'outage' });
  });

  it('the admin’s own password is wrong', async () => {
    const app = await rig.install();
    await app.alterByHand(app.names.admin, `lost-${app.names.tag}`);
    expect(await ask(app, 'green')).toEqual({
      result: 'outage',
      detail: expect.stringContaining(`the password of "${app.names.admin}"`) as string,
    });
  });

  it('the lock is not free in time', async () => {
    const app = await rig.install();
    const { environment } = app.dependencies;
    const timeouts = { ...environment.database.timeouts, lockMs: 300 };
    const caPem = rig.test.server.caPem;
    const database = createDatabase({ ...environment.database, caPem, randomBytes, timeouts });
    const release = await holdLock(app);
    expect(await ask(app, 'green', undefined, { ...app.dependencies, database })).toEqual({
      result: 'outage',
      detail: expect.stringMatching(/A lock .* was not free in time/) as string,
    });
    await release();
  });

  it('the server is down', async () => {
    const app = await rig.install();
    await rig.test.server.stop();
    try {
      expect(await ask(app, 'green')).toEqual({
        result: 'outage',
        detail: expect.stringContaining('Nothing listens on') as string,
      });
    } finally {
      await rig.test.server.restart();
    }
    expect(await ask(app, 'green')).toMatchObject({ result: 'accepted' });
  });
});

describe('verify and the lock', () => {
  it('reads and tries the value only when an alteration under way is over', async () => {
    const app = await rig.install();
    const version = await app.begin('green');
    await app.step('green', version, 'createSecret');
    const mark = rig.log.mark();
    const release = await holdLock(app);
    const verdict = ask(app, 'green', version);
    await waitingForLock(app, 1);
    expect(rig.log.text().slice(mark)).not.toContain(`user=${app.names.users.green}`);
    const { password } = await app.value('green', version);
    await app.alterByHand(app.names.users.green, password);
    await release();
    expect(await verdict).toMatchObject({ result: 'accepted' });
  });
});

describe('verify while it tries the value', () => {
  it('still holds the lock, so that nobody alters the user before the verdict', async () => {
    const app = await rig.install();
    const { database } = app.dependencies;
    const held: number[] = [];
    const watched = replaced(database, {
      login: async (...given) => {
        const locks = await rig.test.server.query(
          `SELECT FROM pg_locks l JOIN pg_stat_activity s USING (pid)
           WHERE l.locktype = 'advisory' AND l.granted AND s.usename = $1`,
          [app.names.admin],
        );
        held.push(locks.length);
        return await database.login(...given);
      },
    });
    const verdict = await ask(app, 'green', undefined, { ...app.dependencies, database: watched });
    expect(verdict).toMatchObject({ result: 'accepted' });
    expect(held).toEqual([1]);
  });
});

describe('on several endpoints', () => {
  const reader = { host: 'reader.example', port: 5432 };

  /** The writer is real; the reader answers these outcomes in turn. */
  function withReader(
    app: Installation,
    outcomes: LoginOutcome['outcome'][],
    pauses: number[],
  ): RotatorDependencies {
    const { database } = app.dependencies;
    return {
      ...app.dependencies,
      pause: (milliseconds) => Promise.resolve(void pauses.push(milliseconds)),
      database: {
        ...database,
        endpoints: [...database.endpoints, reader],
        login: (endpoint, name, login) => {
          if (endpoint !== reader) return database.login(endpoint, name, login);
          const outcome = outcomes.shift() ?? 'unreachable';
          const said = { endpoint: 'reader.example:5432', detail: 'as it says' };
          return Promise.resolve(
            outcome === 'accepted' ? { outcome, currentUser: app.names.owner } : { outcome, ...said },
          );
        },
      },
    };
  }

  it('a reader that lags behind is tried again, with pauses, until it accepts', async () => {
    const app = await rig.install();
    const pauses: number[] = [];
    const dependencies = withReader(app, ['refused', 'refused', 'accepted'], pauses);
    expect(await ask(app, 'green', undefined, dependencies)).toMatchObject({ result: 'accepted' });
    expect(pauses).toEqual([1_000, 1_000]);
  });

  it('a reader that goes on refusing is refused; one that cannot be reached is an outage at once', async () => {
    const app = await rig.install();
    const pauses: number[] = [];
    const refusing = withReader(app, Array<'refused'>(9).fill('refused'), pauses);
    expect(await ask(app, 'green', undefined, refusing)).toEqual({
      result: 'refused',
      detail: 'reader.example:5432: as it says',
    });
    expect(pauses).toHaveLength(4);
    const unreachable = withReader(app, ['unreachable'], pauses);
    expect(await ask(app, 'green', undefined, unreachable)).toMatchObject({ result: 'outage' });
    expect(pauses).toHaveLength(4);
  });

  it('the writer knows at once: a refusal there is not repeated, and the reader not asked', async () => {
    const app = await rig.install();
    await app.alterByHand(app.names.users.green, `by-hand-${app.names.tag}`);
    const mark = rig.log.mark();
    const dependencies = withReader(app, ['accepted'], []);
    expect(await ask(app, 'green', undefined, dependencies)).toMatchObject({ result: 'refused' });
    expect(rig.log.refusalsOf(app.names.users.green, mark)).toBe(1);
  });
});

describe('what all of this has left behind', () => {
  it('shows no password: not in the server log, telemetry or an error (I5)', () => {
    expect(rig.secretsKnown).toBeGreaterThan(10);
    expect(rig.leaks()).toEqual([]);
  });
});
