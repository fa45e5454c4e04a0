import type { Client } from 'pg';
import { useEverything } from '../../../local/drill/adoption/legacy';
import type { Check } from '../../../lambda-src/contract/preflight';
import type { RotatorDependencies } from '../../../lambda-src/rotator/dependencies';
import { preflight } from '../../../lambda-src/rotator/preflight';
import { LegacyApplication } from '../../support/rotator/legacy';
import { RotatorRig } from '../../support/rotator/rig';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 60_000);

// Generous: the machine may be busy.
jest.setTimeout(300_000);

/** A pool that reads and writes without a pause until it is stopped; a statement that fails, or waits long, ends it. */
async function startPool(legacy: LegacyApplication): Promise<{ stop: () => Promise<number> }> {
  const clients = await Promise.all(['pool-1', 'pool-2', 'pool-3'].map((name) => legacy.open(name)));
  let done = false;
  let statements = 0;
  const work = async (client: Client): Promise<void> => {
    // Far above what an adoption makes others wait, and far below what a lock that it waited for plainly would.
    await client.query("SET lock_timeout TO '10s'");
    while (!done) {
      await client.query("INSERT INTO attempts (service) VALUES ('pool')");
      await client.query("INSERT INTO shop.customers (name) VALUES ('pool')");
      // Numbers that nobody who sets the sequence back meets again.
      await client.query(
        "INSERT INTO shop.orders (id, at, amount) SELECT 1000000 + nextval('shop.numbers'), '2025-05-05', 200",
      );
      await client.query('SELECT count(*) FROM shop.large_orders');
      await client.query('SELECT shop.count_journal()');
      await client.query('UPDATE legacy.prices SET price = price + legacy.tax(price) % 2');
      statements += 6;
    }
  };
  const all = Promise.all(clients.map(work));
  all.catch(() => undefined);
  return {
    async stop() {
      done = true;
      await all;
      await Promise.all(clients.map((client) => client.end()));
      return statements;
    },
  };
}

async function adoptionCheck({ app }: LegacyApplication): Promise<Check | undefined> {
  const { checks } = await preflight(app.dependencies, 'app');
  return checks.find(({ name }) => name === 'adoption');
}

describe('sessions that are open while their user is adopted', () => {
  it('go on reading, writing and altering every object, and none of their statements fails (I1)', async () => {
    const legacy = await LegacyApplication.start(rig);
    const idle = await legacy.open('opened-before');
    await idle.query('SELECT count(*) FROM shop.open_orders');
    const pool = await startPool(legacy);
    await legacy.adopt({}, patient(legacy));
    expect(await pool.stop()).toBeGreaterThan(0);
    await useEverything(idle);
    const { rows } = await idle.query('SELECT current_user::text AS name');
    expect(rows).toEqual([{ name: legacy.names.user }]);
    await idle.end();
  });

  it('leave what they make to their own user: preflight names it, and a second adoption hands it over', async () => {
    const legacy = await LegacyApplication.start(rig);
    const before = await legacy.open('opened-before');
    await legacy.adopt();
    expect(await adoptionCheck(legacy)).toMatchObject({ status: 'pass' });
    await before.query('CREATE TABLE shop.late (n int); INSERT INTO shop.late VALUES (1)');
    const twin = await legacy.app.open((await legacy.app.value('green')).url);
    await twin.query('SELECT 1 / count(*) FROM shop.late');
    await expect(twin.query('ALTER TABLE shop.late ADD COLUMN m int')).rejects.toThrow('must be owner');
    expect(await adoptionCheck(legacy)).toMatchObject({
      status: 'warn',
      detail: expect.stringMatching(
        /invoke \{"action":"bootstrap","credential":"app","adopt":true\} once more, which runs: .*ALTER TABLE shop\.late OWNER TO "owner_/,
      ) as string,
    });
    const { did } = await legacy.adopt();
    expect(did.filter((sql) => sql.startsWith('ALTER'))).toEqual([
      `ALTER TABLE shop.late OWNER TO "${legacy.app.names.owner}"`,
    ]);
    await twin.query('ALTER TABLE shop.late ADD COLUMN m int');
    await before.query('ALTER TABLE shop.late ADD COLUMN o int');
    expect(await adoptionCheck(legacy)).toMatchObject({ status: 'pass' });
    await Promise.all([before.end(), twin.end()]);
  });
});

/** Dependencies whose pauses are moments in which the test may act. */
function patient(
  { app }: LegacyApplication,
  during: () => Promise<unknown> = () => Promise.resolve(),
): RotatorDependencies {
  return { ...app.dependencies, pause: () => during().then(() => undefined) };
}

describe('a table that a long transaction holds', () => {
  it('is waited for, while everybody else goes on using it', async () => {
    const legacy = await LegacyApplication.start(rig);
    const report = await legacy.open('long-report');
    await report.query('BEGIN');
    await report.query('SELECT count(*) FROM shop.customers');
    const pool = await startPool(legacy);
    let pauses = 0;
    const ending = patient(legacy, async () => {
      pauses += 1;
      if (pauses === 3) await report.query('COMMIT');
    });
    await legacy.adopt({}, ending);
    expect(pauses).toBeGreaterThanOrEqual(3);
    expect(await pool.stop()).toBeGreaterThan(0);
    await report.end();
    for (const slot of ['blue', 'green'] as const) await legacy.useEverythingAs(slot);
  });

  it('ends the adoption where it is held on: the message names who holds it, and the next call goes on', async () => {
    const legacy = await LegacyApplication.start(rig);
    const report = await legacy.open('long-report');
    await report.query('BEGIN');
    await report.query('SELECT count(*) FROM shop.customers');
    await expect(legacy.adopt({}, patient(legacy))).rejects.toThrow(
      /^shop\.customers was in use by pid \d+ \(long-report, in a transaction since 2.*\)\. What was done so far stays, and is safe; invoke it again to go on, at best when less is going on\.$/,
    );
    expect(await legacy.readsAndWrites()).toBe(true);
    expect(await legacy.borrowed()).toEqual([]);
    await report.query('INSERT INTO shop.customers (name) VALUES ($1)', ['still here']);
    await report.query('COMMIT');
    await legacy.adopt();
    await report.end();
    for (const slot of ['blue', 'green'] as const) await legacy.useEverythingAs(slot);
  });
});
