import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { APPLICATION } from '../../../local/drill/installation/services';
import { labelsOf } from '../../../local/drill/passwords';
import { readRecord } from '../../../local/drill/record';
import { startRotation, untilFinished, rotateStandby, untilReverted } from '../../../local/drill/rotate';
import type { Stage } from '../../../local/drill/stage';
import { evidence, expectUnharmed, raiseTestStage } from '../../support/stage';

jest.setTimeout(120_000);

/** Ends at once where it is started on green, until a file says that it was mended. */
const FAILS_ON_GREEN = `
  if (process.env.DATABASE_URL.includes('app_green') && !require('fs').existsSync(process.argv[1])) process.exit(1);
  require(${JSON.stringify(APPLICATION)});
`;

let stage: Stage;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-test-'));
  const command = [process.execPath, '-e', FAILS_ON_GREEN, join(directory, 'mended')];
  stage = await raiseTestStage({
    services: [{ name: 'web' }, { name: 'fragile', command }],
    // A task must have time to crash before it counts as healthy, also on a machine under load.
    settings: { events: { rateEveryMs: 2_000 }, ecs: { settleMs: 3_000, stopTimeoutMs: 5_000 } },
  });
});

afterAll(async () => {
  await stage.close();
  rmSync(directory, { recursive: true, force: true });
});

it('I1: a service that cannot start on the new credential is reverted without one failed login, and the version is rejected', async () => {
  const before = await readRecord(stage);
  const token = await startRotation(stage, 'green');
  await untilFinished(stage, token);
  const settled = await untilReverted(stage, token, 90_000);
  expect(settled.active).toEqual(before.active);
  expect(settled.rejected).toEqual([{ slot: 'green', version: token }]);
  expect(settled.reason).toContain('drill/fragile');
  expect(await evidence(stage)).toMatchObject({
    outcome: 'reverted',
    slot: 'blue',
    previous: { slot: 'green', version: token },
  });
  const current = await labelsOf(stage, 'green');
  expect(current[token]).toContain('AWSCURRENT');
  expectUnharmed(stage);
});

it('the rotation after a revert goes through once the service is mended', async () => {
  writeFileSync(join(directory, 'mended'), '');
  const report = await rotateStandby(stage);
  expect(report.slot).toBe('green');
  expect((await readRecord(stage)).active.slot).toBe('green');
  expectUnharmed(stage);
});
