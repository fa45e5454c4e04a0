import { mirrorVersion } from '../../../lambda-src/contract/tokens';
import type { AdminSession } from '../../../lambda-src/ports/database';
import { bootstrap } from '../../../lambda-src/rotator/bootstrap';
import type { RotatorDependencies } from '../../../lambda-src/rotator/dependencies';
import { replaced } from '../../support/rotator/replaced';
import { RotatorRig } from '../../support/rotator/rig';
import type { Installation } from '../../support/rotator/installation';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 60_000);

// Generous: the machine may be busy.
jest.setTimeout(120_000);

type When = 'before' | 'after';

/** Dependencies that die at one effect on database, secrets or parameters; they count all of them. */
class Mortal {
  effects = 0;

  constructor(
    private readonly dependencies: RotatorDependencies,
    private readonly at: number,
    private readonly when: When,
  ) {}

  get mortal(): RotatorDependencies {
    const { database, secrets, parameters } = this.dependencies;
    return {
      ...this.dependencies,
      secrets: replaced(secrets, { put: this.effect(secrets.put.bind(secrets)) }),
      parameters: replaced(parameters, { create: this.effect(parameters.create.bind(parameters)) }),
      database: replaced(database, {
        withLock: (admin, key, work) =>
          database.withLock(admin, key, (session) => work(this.session(session))),
      }),
    };
  }

  private session(session: AdminSession): AdminSession {
    return replaced(session, {
      run: this.effect(session.run.bind(session)),
      setPassword: this.effect(session.setPassword.bind(session)),
    });
  }

  private effect<A extends unknown[], R>(run: (...given: A) => Promise<R>): (...given: A) => Promise<R> {
    return async (...given) => {
      this.effects += 1;
      const dies = this.effects === this.at;
      if (dies && this.when === 'before') throw new Error('died');
      const answer = await run(...given);
      if (dies) throw new Error('died');
      return answer;
    };
  }
}

/** Owner; of each slot role, default privileges, `SET role`, password and value; mirror; pointer, request, evidence and record. */
const EFFECTS = 16;

/** Where every bootstrap must arrive. */
async function expectInstalled(app: Installation): Promise<void> {
  const blue = (await app.versionWith('blue', 'AWSCURRENT')) ?? '';
  const green = (await app.versionWith('green', 'AWSCURRENT')) ?? '';
  for (const slot of ['blue', 'green'] as const) {
    expect(await app.workingAs((await app.value(slot)).url)).toBe(app.names.owner);
    expect(Object.keys(await app.labels(slot))).toHaveLength(1);
  }
  expect(await app.text('active')).toBe(await app.text('blue'));
  expect(await app.versionWith('active', 'AWSCURRENT')).toBe(mirrorVersion(app.arns.blue, blue));
  expect(await app.parameter('pointer')).toBe('blue');
  expect(await app.parameter('request')).toBe('{}');
  expect(await app.parameter('evidence')).toBe('{}');
  const record = await app.record();
  expect(record).toMatchObject({ active: { slot: 'blue', version: blue }, seen: { blue, green } });
  expect(['settled', 'rolling']).toContain(record.phase);
}

describe('I3: bootstrap', () => {
  it('has as many effects as this file lets it die at', async () => {
    const app = await rig.install({ bootstrapped: false });
    const counting = new Mortal(app.dependencies, Infinity, 'before');
    await bootstrap(counting.mortal, 'app');
    expect(counting.effects).toBe(EFFECTS);
    await expectInstalled(app);
  });

  const places = Array.from({ length: EFFECTS }, (_, index) => index + 1);
  // To die after an effect is to die before the next one; only the last has none.
  const deaths: (readonly [When, number])[] = [
    ...places.map((place) => ['before', place] as const),
    ['after', EFFECTS],
  ];

  it.each(deaths)('that dies %s its effect %i converges when it is run again', async (when, place) => {
    const app = await rig.install({ bootstrapped: false });
    const dying = new Mortal(app.dependencies, place, when);
    await expect(app.noted(bootstrap(dying.mortal, 'app'))).rejects.toThrow('died');
    await bootstrap(app.dependencies, 'app');
    await expectInstalled(app);
    expect(await bootstrap(app.dependencies, 'app')).toEqual({ credential: 'app', did: [] });
  });

  it('that dies at every effect in turn, once each, converges all the same', async () => {
    const app = await rig.install({ bootstrapped: false });
    let deaths = 0;
    for (let place = 1; place <= EFFECTS; place += 1) {
      const dying = new Mortal(app.dependencies, place, 'before');
      const died = await bootstrap(dying.mortal, 'app').then(
        () => false,
        () => true,
      );
      if (!died) break;
      deaths += 1;
    }
    expect(deaths).toBeGreaterThan(3);
    await bootstrap(app.dependencies, 'app');
    await expectInstalled(app);
  });

  it('whose first value was stored late, by a run that had died, alters the user to what is stored', async () => {
    const app = await rig.install({ bootstrapped: false });
    const { secrets } = app.dependencies;
    let late: (() => Promise<unknown>) | undefined;
    const vanishing = replaced(secrets, {
      put: (...given) => {
        late = () => secrets.put(...given);
        return Promise.reject(new Error('died'));
      },
    });
    await expect(bootstrap({ ...app.dependencies, secrets: vanishing }, 'app')).rejects.toThrow('died');
    const overtaken = replaced(secrets, {
      put: async (...given) => {
        await late?.();
        late = undefined;
        return await secrets.put(...given);
      },
    });
    await bootstrap({ ...app.dependencies, secrets: overtaken }, 'app');
    await expectInstalled(app);
  });
});

describe('what all of this has left behind', () => {
  it('shows no password: not in the server log, telemetry or an error (I5)', () => {
    expect(rig.secretsKnown).toBeGreaterThan(10);
    expect(rig.leaks()).toEqual([]);
  });
});
