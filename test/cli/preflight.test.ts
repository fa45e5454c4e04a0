import { preflightOf } from '../../cli/commands/preflight';
import { openInstallation, type Installation } from '../../cli/installation';
import type { Check } from '../../lambda-src/contract/preflight';
import { FaultBoard } from '../../local/drill/faults/board';
import { CREDENTIAL, PREFIX } from '../../local/drill/installation/model';
import type { Stage } from '../../local/drill/stage';
import { DrillError, until } from '../../local/drill/wait';
import { deliverMessages, raiseTestStage } from '../support/stage';
import { DATABASE } from './misconfigured/database';
import { READERS } from './misconfigured/readers';
import { SECRETS } from './misconfigured/secrets';
import { SERVICES } from './misconfigured/services';

jest.setTimeout(600_000);

const board = new FaultBoard();
let stage: Stage;
let installation: Installation;

beforeAll(async () => {
  stage = await raiseTestStage({
    document: { rotatorTimeoutSeconds: 1 },
    settings: { rotation: { retries: 0 } },
    faults: board.system,
  });
  // Nobody mends in the meantime what preflight is to find.
  await deliverMessages(stage, false);
  const { url, place } = stage.system;
  process.env['AWS_ACCESS_KEY_ID'] = process.env['AWS_SECRET_ACCESS_KEY'] = 'person';
  installation = openInstallation({ prefix: PREFIX, region: place.region, endpointUrl: url });
});

afterAll(async () => {
  await stage.close();
});

const checks = async (): Promise<readonly Check[]> => (await preflightOf(installation, CREDENTIAL)).checks;

const bad = (found: readonly Check[]) => found.filter(({ status }) => status !== 'pass');

/** What is bad once deployments that are under way, of the beginning or of an undo, have come to their end. */
async function badInTheEnd(): Promise<readonly Check[]> {
  let last: readonly Check[] = [];
  const settled = async () => (last = bad(await checks())).length === 0 || undefined;
  await until('preflight has nothing to say', stage.signal, settled, {
    deadlineMs: 60_000,
    everyMs: 500,
  }).catch((error: unknown) => {
    if (!(error instanceof DrillError)) throw error;
  });
  return last;
}

it('preflight finds each of at least twenty misconfigurations, seeded for real, and says what to do', async () => {
  expect(await badInTheEnd()).toEqual([]);
  const found: string[] = [];
  const missed: object[] = [];
  for (const [what, seed, check, status, says] of [...DATABASE, ...SECRETS, ...SERVICES, ...READERS]) {
    const undo = await seed({ stage, board });
    let last: readonly Check[] = [];
    try {
      await until(
        what,
        stage.signal,
        async () => {
          last = await checks();
          return (
            last.some((one) => one.name === check && one.status === status && says.test(one.detail)) ||
            undefined
          );
        },
        // What has to grow old first, such as a label, does within seconds.
        { deadlineMs: 15_000, everyMs: 1_000 },
      );
      found.push(what);
    } catch (error) {
      if (!(error instanceof DrillError)) throw error;
      missed.push({ what, check, told: bad(last) });
    }
    await undo();
  }
  expect(missed).toEqual([]);
  expect(new Set(found).size).toBeGreaterThanOrEqual(20);
  // Everything that was seeded is undone: nothing was found by accident.
  expect(await badInTheEnd()).toEqual([]);
});
