import { useEverythingAsBoth } from '../../../local/drill/adoption/adopt';
import { rotateStandby } from '../../../local/drill/rotate';
import type { Stage } from '../../../local/drill/stage';
import { ServerLog } from '../../support/rotator/server-log';
import { expectUnharmed, raiseTestStage } from '../../support/stage';

jest.setTimeout(180_000);

let stage: Stage;

// Raising the stage adopts: a dry run that changed something, or listed something else, or a restarted task would throw.
beforeAll(async () => {
  stage = await raiseTestStage({ adopt: true });
}, 180_000);

afterAll(async () => {
  await stage.close();
});

it('I1: a running application is adopted without a failed login, statement or restart', () => {
  expect(stage.logins.count(stage.adoption?.from).ok).toBeGreaterThan(100);
  expectUnharmed(stage);
});

it('what the adoption told is what the server was asked for, statement by statement', () => {
  const { admin, postgres } = stage.system;
  const asked = new ServerLog(postgres.logFile).effectsOf(admin.username);
  const told = stage.adoption?.effects.filter((effect) => /^[A-Z]+ /.test(effect)) ?? [];
  expect(told.length).toBeGreaterThan(50);
  const redacted = asked.map((sql) => sql.replace(/PASSWORD '.*' LOGIN$/, "PASSWORD '[redacted]' LOGIN"));
  expect(redacted).toEqual(expect.arrayContaining(told));
  expect(redacted.slice(-told.length)).toEqual(told);
});

it('four rotations later no login has failed, and both users read, write and alter every object', async () => {
  for (let round = 1; round <= 4; round += 1) await rotateStandby(stage);
  await useEverythingAsBoth(stage);
  expectUnharmed(stage);
});
