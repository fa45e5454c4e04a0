import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readRecord } from '../../local/drill/record';
import type { Stage } from '../../local/drill/stage';
import { until } from '../../local/drill/wait';
import { ROOT } from '../e2e/tools';
import { deliverMessages, raiseTestStage } from '../support/stage';
import { environmentOf } from '../support/tandem';

jest.setTimeout(240_000);

let stage: Stage;

beforeAll(async () => {
  stage = await raiseTestStage();
});

afterAll(async () => {
  await stage.close();
});

it('Ctrl-C ends a command that waits, and not what was asked for, as it says', async () => {
  await deliverMessages(stage, false);
  const child = spawn(process.execPath, [`${ROOT}/cli/tandem.cjs`, 'pause'], {
    env: { PATH: process.env['PATH'], ...environmentOf(stage.system) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close');
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  await until('the request', stage.signal, () => said.includes('waiting for the orchestrator') || undefined);
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  expect(said).toMatch(
    /Not waited for any longer\. It goes on by itself; tandem status tells how far it is\.\n$/,
  );
  await deliverMessages(stage, true);
  await until('the pause', stage.signal, async () => (await readRecord(stage)).paused || undefined);
});
