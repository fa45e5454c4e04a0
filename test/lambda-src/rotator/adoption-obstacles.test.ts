import { adminKind } from '../../support/rotator/admins';
import { LegacyApplication } from '../../support/rotator/legacy';
import { RotatorRig } from '../../support/rotator/rig';
import { OBSTACLES, REFUSALS } from './adoption-obstacles';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 60_000);

// Generous: the machine may be busy.
jest.setTimeout(180_000);

const major = () => Number.parseInt(rig.test.server.version, 10);

/** What a dry run says, once it is seen that neither it nor the real run has changed anything. */
async function toldBy(legacy: LegacyApplication): Promise<readonly string[]> {
  const { app } = legacy;
  const before = await legacy.catalogue();
  const mark = rig.log.mark();
  const { did, obstacles = [] } = await legacy.adopt({ dryRun: true });
  expect(did).toEqual([]);
  await expect(legacy.adopt()).rejects.toThrow(
    `app cannot be adopted yet, and nothing was changed:\n- ${obstacles.join('\n- ')}`,
  );
  expect(app.effects(mark)).toEqual([]);
  expect(await legacy.catalogue()).toEqual(before);
  return obstacles;
}

describe('an adoption changes nothing and says what to do', () => {
  // Which of them apply depends on the server's version, which is known only when it runs.
  const asked = OBSTACLES.filter(({ limited }) => limited !== true || adminKind() !== 'superuser');
  it.each(asked)('where there is $what', async ({ arrange, told, mend, from = 0, before = Infinity }) => {
    if (major() < from || major() >= before) return;
    const legacy = await LegacyApplication.start(rig);
    const { server } = rig.test;
    const { database } = legacy.names;
    await server.query(arrange(legacy), [], database);
    const found = (await toldBy(legacy)).find((obstacle) => told.test(obstacle));
    expect({ told, found }).toEqual({ told, found: expect.any(String) as string });
    if (mend === undefined) return;
    expect(found).toContain(mend(legacy));
    await server.query(mend(legacy), [], database);
    const { obstacles = [] } = await legacy.adopt({ dryRun: true });
    expect(obstacles.filter((obstacle) => told.test(obstacle))).toEqual([]);
  });

  it('where the user is the admin', async () => {
    const legacy = await LegacyApplication.start(rig);
    const { admin, users, owner } = { ...legacy.app.names };
    await legacy.app.changeDocument({
      ownerRole: owner,
      slots: {
        blue: { user: admin, secretArn: legacy.app.arns.blue },
        green: { user: users.green, secretArn: legacy.app.arns.green },
      },
    });
    expect(await toldBy(legacy)).toContainEqual(
      expect.stringMatching(/^"admin_\w+" is the admin, which is never/),
    );
  });

  it('where there is no such user', async () => {
    const legacy = await LegacyApplication.start(rig);
    const { users, tag } = legacy.app.names;
    await legacy.app.changeDocument({
      slots: {
        blue: { user: `nobody_${tag}`, secretArn: legacy.app.arns.blue },
        green: { user: users.green, secretArn: legacy.app.arns.green },
      },
    });
    expect(await toldBy(legacy)).toContain(
      `There is no role "nobody_${tag}": name the user that applications log in as.`,
    );
  });
});

describe('an adoption refuses a secret', () => {
  it('whose value rotations could not go on with, whatever it is, and adopts it once it is corrected', async () => {
    const legacy = await LegacyApplication.start(rig);
    const sound = legacy.value() as Readonly<Record<string, unknown>>;
    for (const { what, value, told } of REFUSALS) {
      const broken = value(sound);
      await legacy.app.writeText('active', typeof broken === 'string' ? broken : JSON.stringify(broken));
      expect({ what, told: await toldBy(legacy) }).toEqual({
        what,
        told: [expect.stringMatching(told) as string],
      });
    }
    await legacy.app.write('active', sound);
    expect((await legacy.adopt({ dryRun: true })).obstacles).toEqual([]);
  });

  it('that has rotation enabled, or no value', async () => {
    const legacy = await LegacyApplication.start(rig);
    await legacy.app.enableRotation('active');
    expect(await toldBy(legacy)).toEqual([
      expect.stringMatching(
        /has rotation enabled, .*Run: aws secretsmanager cancel-rotate-secret --secret-id arn:/,
      ),
    ]);
    const empty = await rig.install({ bootstrapped: false, document: { adopt: { slot: 'blue' } } });
    const { obstacles } = await new LegacyApplication(empty, legacy.names, '').adopt({ dryRun: true });
    expect(obstacles).toContainEqual(
      expect.stringMatching(/ has no value: it has to be the secret that task definitions read\.$/),
    );
  });

  it('and shows no password: not in the server log, telemetry or an error (I5)', () => {
    expect(rig.secretsKnown).toBeGreaterThan(10);
    expect(rig.leaks()).toEqual([]);
  });
});
