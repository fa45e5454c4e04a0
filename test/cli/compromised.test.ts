import { connectAs, passwordOf } from '../../local/drill/connect';
import { readRecord } from '../../local/drill/record';
import type { Stage } from '../../local/drill/stage';
import { expectUnharmed, raiseTestStage } from '../support/stage';
import { environmentOf, tandem, type Answered } from '../support/tandem';

jest.setTimeout(240_000);

let stage: Stage;
let environment: Record<string, string>;

beforeAll(async () => {
  stage = await raiseTestStage({
    settings: { events: { rateEveryMs: 500 }, ecs: { stopTimeoutMs: 5_000 } },
  });
  environment = environmentOf(stage.system);
});

afterAll(async () => {
  await stage.close();
});

const run = (...args: readonly string[]): Promise<Answered> =>
  tandem(['rotate', 'app', ...args], environment);

describe('tandem rotate --compromised', () => {
  it('says every call that it and the functions would make, in order, and changes nothing', async () => {
    const { code, stdout } = await run('--compromised', '--dry-run');
    expect(code).toBe(0);
    const calls = stdout.match(/^ {2}\S+:\w+|"action":"\w+"/gm)?.map((call) => call.trim());
    expect(calls).toEqual([
      'ssm:PutParameter',
      'sqs:SendMessage',
      'secretsmanager:RotateSecret',
      'secretsmanager:UpdateSecretVersionStage',
      'ecs:UpdateService',
      'lambda:Invoke',
      '"action":"retire"',
      'lambda:Invoke',
      '"action":"terminate"',
      'secretsmanager:RotateSecret',
      'lambda:Invoke',
      '"action":"verify"',
    ]);
    expect((await readRecord(stage)).compromised).toBeNull();
  });

  it('rolls nothing out where the password of the standby leaked', async () => {
    const { stdout } = await run('--compromised', '--slot', 'green', '--dry-run');
    expect(stdout).not.toContain('ecs:UpdateService');
    expect(stdout).toContain('"slot":"green"');
  });

  it('does nothing where nobody can agree to it, and says what it would do', async () => {
    const { code, stderr } = await run('--compromised');
    expect(code).toBe(2);
    expect(stderr).toContain(
      'Take the password of blue out of use? green is rotated and 1 service redeployed onto it; then app_blue may not log in, ' +
        'every session that is open as app_blue is ended, whoever it belongs to, and it gets a new password. Nobody can be asked here: give --yes.',
    );
  });

  it('takes a slot only together with --compromised', async () => {
    const { code, stderr } = await run('--slot', 'blue');
    expect({ code, stderr }).toMatchObject({ code: 2 });
    expect(stderr).toContain('--slot is of use with --compromised only');
  });

  it('no login of a service fails, the leaked password logs in nowhere, its sessions are gone; it says how long it took', async () => {
    const leaked = await passwordOf(stage, 'blue');
    const thief = await connectAs(stage, 'blue', leaked, 'tandem-rotator');
    const { code, stdout, stderr } = await run('--compromised', '--yes', '--wait');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(
      /The leaked password of blue logs in nowhere, and no session that was opened with it is left: [\d.]+ seconds\./,
    );
    await expect(thief.query('SELECT 1')).rejects.toThrow();
    await expect(connectAs(stage, 'blue', leaked, 'psql')).rejects.toMatchObject({ code: '28P01' });
    expect(await readRecord(stage)).toMatchObject({
      phase: 'settled',
      active: { slot: 'green' },
      previous: null,
      compromised: null,
      retired: null,
    });
    expectUnharmed(stage);
  });

  it('tandem history tells of the rollout, and when the leak was over', async () => {
    const { answer } = await tandem(['history', '--json'], environment);
    const reported = expect.stringMatching(/^\d{4}-.*Z$/) as string;
    expect(answer).toMatchObject({
      rotations: [
        { outcome: 'adopted', slot: 'green' },
        { outcome: 'replaced', slot: 'blue', startedAt: reported, flippedAt: null, consumers: [] },
      ],
    });
    const { stdout } = await tandem(['history'], environment);
    expect(stdout).toMatch(/ replaced +blue .* the leaked password of blue logs in nowhere/);
  });

  it('the next rotation is like any other: the user that was locked out becomes active again', async () => {
    const { code, stdout, stderr } = await run('--wait');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain('every consumer of app is on blue');
    expectUnharmed(stage);
  });
});
