import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { CREDENTIAL, PREFIX, USERS } from '../../local/drill/installation/model';
import { changeParameter, readParameter, writeParameter } from '../../local/drill/parameters';
import { labelsOf } from '../../local/drill/passwords';
import { readRecord } from '../../local/drill/record';
import type { Stage } from '../../local/drill/stage';
import { until } from '../../local/drill/wait';
import { expectUnharmed, raiseTestStage } from '../support/stage';
import { ROOT } from '../e2e/tools';
import { environmentOf, tandem, type Answered } from '../support/tandem';

jest.setTimeout(240_000);

let stage: Stage;
let environment: Record<string, string>;

beforeAll(async () => {
  stage = await raiseTestStage({
    document: { rotatorTimeoutSeconds: 1 },
    settings: { rotation: { retries: 0 }, events: { rateEveryMs: 500 }, ecs: { stopTimeoutMs: 5_000 } },
  });
  environment = environmentOf(stage.system);
});

afterAll(async () => {
  await stage.close();
});

const run = (...args: readonly string[]): Promise<Answered> => tandem(args, environment);

describe('tandem status', () => {
  it('tells who is active, both passwords, and every consumer with its tasks', async () => {
    const { code, stdout } = await run('status');
    expect(code).toBe(0);
    expect(stdout).toMatch(/app {3}settled on blue \(app_blue\) since/);
    expect(stdout).toMatch(/blue +active +app_blue/);
    expect(stdout).toMatch(/green +standby +app_green/);
    expect(stdout).toMatch(/drill\/web +completed +1 +1 +0/);
    // Standard output is no terminal here.
    expect(stdout).not.toContain('\u001b');
  });

  it('answers the same as JSON', async () => {
    const { answer } = await run('status', CREDENTIAL, '--json');
    expect(answer).toMatchObject({
      prefix: PREFIX,
      credentials: [
        {
          credential: CREDENTIAL,
          phase: 'settled',
          active: { slot: 'blue', user: 'app_blue' },
          paused: false,
          consumers: [{ name: 'drill/web', deployment: 'completed', tasks: 1, former: 0 }],
        },
      ],
    });
  });

  it('draws it again with --watch, until it is interrupted', async () => {
    const child = spawn(process.execPath, [`${ROOT}/cli/tandem.cjs`, 'status', '--watch', '--json'], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    await until('two pages', stage.signal, () => said.split('\n').length > 2 || undefined);
    child.kill('SIGINT');
    expect(await ended).toEqual([null, 'SIGINT']);
    const [first, second] = said.split('\n').map((line) => line.slice(0, 40));
    expect(first).toContain(`{"prefix":"${PREFIX}"`);
    expect(second).toBe(first);
  });

  it('names the credential that was likely meant', async () => {
    const { code, stderr } = await run('status', 'ap');
    expect(code).toBe(2);
    expect(stderr).toContain('tandem/drill has no credential ap (did you mean app?); it has app.');
  });
});

describe('every command that is about one credential', () => {
  it.each(['preflight', 'rotate', 'revert', 'pause', 'unpause', 'resume', 'reassert', 'unstick', 'history'])(
    '%s names the one that was likely meant, and does nothing',
    async (command) => {
      const before = await readParameter(stage, 'request');
      const { code, stdout, stderr } = await run(command, 'ap');
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('tandem/drill has no credential ap (did you mean app?); it has app.');
      expect(await readParameter(stage, 'request')).toBe(before);
    },
  );
});

describe('tandem preflight', () => {
  it('passes every check on a sound installation', async () => {
    const { code, answer } = await run('preflight', '--strict', '--json');
    const checks =
      (answer as { credentials: { checks: { status: string }[] }[] }).credentials[0]?.checks ?? [];
    expect(checks.filter(({ status }) => status !== 'pass')).toEqual([]);
    expect(code).toBe(0);
  });
});

describe('tandem rotate', () => {
  it('rotates the standby, and waits until every consumer is on it', async () => {
    const { code, stdout, stderr } = await run('rotate', '--wait');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain('Settled: every consumer of app is on green, and nothing old is left.');
    // Whether a look falls into the rollout is the machine's affair; where it has got to is said in any case.
    expect(stderr).toMatch(/rolling|settled on green/);
    expect((await readRecord(stage)).active.slot).toBe('green');
    expectUnharmed(stage);
  });
});

describe('tandem revert', () => {
  it('does nothing where nobody can agree to it', async () => {
    const { code, stderr } = await run('revert');
    expect(code).toBe(2);
    expect(stderr).toContain(
      'Go back from green to blue and redeploy 1 service? Nobody can be asked here: give --yes.',
    );
  });

  it('goes back to the previous credential', async () => {
    const { code, stdout } = await run('revert', '--yes', '--wait', '--json');
    expect({ code, stdout }).toMatchObject({ code: 0 });
    const { phase, active } = await readRecord(stage);
    expect({ phase, slot: active.slot }).toEqual({ phase: 'settled', slot: 'blue' });
    expectUnharmed(stage);
  });
});

describe('tandem history', () => {
  it('lists every rotation as a table, as JSON and as CSV', async () => {
    const text = await run('history');
    expect(text.stdout.split('\n').filter((line) => line.includes('adopted'))).not.toHaveLength(0);
    const { answer } = await run('history', '--json');
    expect(answer).toMatchObject({
      credential: CREDENTIAL,
      rotations: [{ outcome: 'adopted', slot: 'green' }, { slot: 'blue' }],
    });
    const csv = await run('history', '--csv');
    expect(csv.stdout.split('\n')[0]).toMatch(/^settledAt,outcome,slot,version,/);
    expect(csv.stdout.trim().split('\n')).toHaveLength(3);
  });

  it('takes one form at a time', async () => {
    const { code, stderr } = await run('history', '--csv', '--json');
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'Give --csv or --json, not both.\n' });
  });
});

describe('tandem pause', () => {
  it('refuses rotations until unpause', async () => {
    expect(await run('pause')).toMatchObject({ code: 0 });
    expect((await readRecord(stage)).paused).toBe(true);
    const refused = await run('rotate');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      'The request to rotate was refused: the credential is paused: unpause it first.',
    );
    const again = await run('pause');
    expect(again).toMatchObject({ code: 0, stdout: 'Nothing to do for app: it is paused already.\n' });
  });

  it('leaves a refused rotation stuck, which unstick shows and takes off', async () => {
    const { active } = await readRecord(stage);
    const standby = active.slot === 'blue' ? 'green' : 'blue';
    const { VersionId = '' } = await stage.clients.secrets.send(
      new RotateSecretCommand({ SecretId: stage.installation.secrets[standby] }),
    );
    const asked = await run('rotate');
    expect(asked.code).toBe(1);
    expect(asked.stderr).toContain(
      `A rotation of ${standby} was begun before. This one follows when that has ended`,
    );
    expect(asked.stderr).toContain(`unpause it first. app is settled on ${active.slot}.`);
    // What may still be running is left alone.
    const document = await changeParameter(stage, 'config', { rotatorTimeoutSeconds: 900 });
    const young = await run('unstick', '--yes');
    expect(young).toMatchObject({ code: 1 });
    await writeParameter(stage, 'config', document);
    expect(young.stderr).toContain(`A rotation of ${standby} may still be running`);
    const ended = await until('the rotation to be too old to run', stage.signal, async () => {
      const dry = await run('unstick', '--dry-run');
      return dry.code === 0 ? dry : undefined;
    });
    expect(ended.stderr).toContain(`AWSPENDING sits on ${standby} (standby), version ${VersionId}`);
    expect(ended.stdout).toContain('secretsmanager:UpdateSecretVersionStage');
    expect((await labelsOf(stage, standby))[VersionId]).toEqual(['AWSPENDING']);
    expect(await run('unstick', '--yes')).toMatchObject({ code: 0 });
    expect((await labelsOf(stage, standby))[VersionId] ?? []).toEqual([]);
    expect(await run('unstick')).toMatchObject({ code: 0, stdout: 'Nothing is stuck on app.\n' });
  });

  it('leaves preflight to tell what else would refuse a rotation', async () => {
    const document = await changeParameter(stage, 'config', {
      consumers: [{ cluster: 'drill', service: 'other' }],
    });
    const { code, stdout } = await run('preflight');
    await writeParameter(stage, 'config', document);
    expect(code).toBe(1);
    expect(stdout).toMatch(/WARN {2}record +paused/);
    expect(stdout).toMatch(/FAIL {2}consumer drill\/other +does not exist/);
    expect(stdout).toMatch(/FAIL {2}readers in drill +drill\/web reads the credential and is not registered/);
  });

  it('ends with unpause', async () => {
    expect(await run('unpause')).toMatchObject({ code: 0, stdout: 'Not paused any more.\n' });
    expect((await readRecord(stage)).paused).toBe(false);
  });
});

describe('tandem resume', () => {
  it('has nothing to do for what is not halted', async () => {
    expect(await run('resume')).toMatchObject({
      code: 0,
      stdout: 'Nothing to do for app: it is settled, not halted.\n',
    });
  });

  it('says why it halted before it lets it go on', async () => {
    await changeParameter(stage, 'record', {
      phase: 'halted',
      haltedFrom: 'settled',
      reason: 'somebody pulled a plug',
    });
    const halted = await run('status');
    expect(halted.code).toBe(1);
    expect(halted.stdout).toContain('why: somebody pulled a plug');
    const resumed = await run('resume', '--yes');
    expect(resumed).toMatchObject({ code: 0, stdout: 'It goes on: settled.\n' });
    expect(resumed.stderr).toContain('app halted while settled');
    expect(resumed.stderr).toContain('somebody pulled a plug');
    expectUnharmed(stage);
  });
});

describe('tandem reassert', () => {
  it('does nothing where nobody found that a password is refused', async () => {
    expect(await run('reassert', '--yes')).toMatchObject({
      code: 1,
      stderr:
        'app is settled, not halted: a password is reasserted only where the sweep found that the database refuses it. Nothing was done.\n',
    });
  });

  it('brings a restored database back to what is stored, and resume lets it go on', async () => {
    const { active } = await readRecord(stage);
    const older = `older-${active.version}`;
    stage.passwords.add(older);
    await stage.system.postgres.queryUnlogged(`ALTER ROLE ${USERS[active.slot]} PASSWORD '${older}'`);
    await until('the sweep to halt it', stage.signal, async () =>
      (await readRecord(stage)).phase === 'halted' ? true : undefined,
    );
    const dry = await run('reassert', '--dry-run');
    expect(dry.stdout).toContain('lambda:Invoke  tandem-drill-rotator');
    const asked = await run('reassert');
    expect(asked).toMatchObject({ code: 2, stdout: '' });
    expect(asked.stderr).toContain(`Give the database the stored password of ${active.slot}`);
    const done = await run('reassert', '--yes');
    expect(done).toMatchObject({ code: 0 });
    expect(done.stdout).toContain('Now let it go on: tandem resume app.');
    expect(await run('resume', '--yes', '--wait')).toMatchObject({ code: 0 });
    expect(await readRecord(stage)).toMatchObject({ phase: 'settled', active });
  });
});
