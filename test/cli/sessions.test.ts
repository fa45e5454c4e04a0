import { connectAs, passwordOf } from '../../local/drill/connect';
import { CREDENTIAL, USERS } from '../../local/drill/installation/model';
import type { Stage } from '../../local/drill/stage';
import { raiseTestStage } from '../support/stage';
import { environmentOf, tandem } from '../support/tandem';

jest.setTimeout(240_000);

let stage: Stage;

beforeAll(async () => {
  stage = await raiseTestStage({ settings: { ecs: { stopTimeoutMs: 5_000 } } });
});

afterAll(async () => {
  await stage.close();
});

it('tandem sessions tells who is connected, as which user and from where, and whose task has that address', async () => {
  const client = await connectAs(stage, 'green', await passwordOf(stage, 'green'), 'psql');
  const json = await tandem(['sessions', '--json'], environmentOf(stage.system));
  const page = await tandem(['sessions', CREDENTIAL], environmentOf(stage.system));
  await client.end();
  expect(json).toMatchObject({
    code: 0,
    answer: {
      credential: CREDENTIAL,
      active: 'blue',
      sessions: expect.arrayContaining([
        expect.objectContaining({
          user: USERS.green,
          slot: 'green',
          applicationName: 'psql',
          clientAddress: '127.0.0.1',
          // All tasks are processes of this machine.
          tasks: [expect.stringMatching(/^drill\/web task [0-9a-f]{32}$/)],
        }),
      ]) as unknown,
    },
  });
  expect(page.stdout).toMatch(/^user +slot +application +address +task +on +pid +since$/m);
  expect(page.stdout).toMatch(
    /^app_green +green +psql +127\.0\.0\.1 +drill\/web task [0-9a-f]{32} +\S+:\d+ +\d+ /m,
  );
});
