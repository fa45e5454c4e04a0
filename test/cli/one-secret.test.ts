import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readRecord } from '../../local/drill/record';
import type { Stage } from '../../local/drill/stage';
import { expectUnharmed, raiseTestStage } from '../support/stage';
import { environmentOf, tandem, type Answered } from '../support/tandem';

jest.setTimeout(240_000);

/** A stage of a strategy, and the command as a person gives it there. */
function staged(strategy: 'alternating' | 'single') {
  let stage: Stage | null = null;
  beforeAll(async () => {
    stage = await raiseTestStage({ strategy });
  });
  afterAll(async () => {
    await stage?.close();
  });
  const raised = (): Stage => {
    if (stage === null) throw new Error('not raised yet');
    return stage;
  };
  const run = (...args: readonly string[]): Promise<Answered> => tandem(args, environmentOf(raised().system));
  return { raised, run };
}

const failing = ({ answer }: Answered): unknown[] =>
  (answer as { credentials: { checks: { status: string }[] }[] }).credentials.flatMap(({ checks }) =>
    checks.filter(({ status }) => status !== 'pass'),
  );

describe('of a credential with one secret and two users,', () => {
  const { raised, run } = staged('alternating');

  it('preflight passes every check', async () => {
    expect(failing(await run('preflight', '--strict', '--json'))).toEqual([]);
  });

  it('status tells of both users, and which one is next', async () => {
    const { code, stdout } = await run('status');
    expect(code).toBe(0);
    expect(stdout).toMatch(/app {3}settled on blue \(app_blue\) since/);
    expect(stdout).toMatch(/blue +active +app_blue +\d{4}-.* -\n/);
    // It never had a password, and is the next to get one.
    expect(stdout).toMatch(/green +standby +app_green +- +- +- +\d{4}-/);
  });

  it('rotate moves every consumer to the other user, and revert back again', async () => {
    const rotated = await run('rotate', '--wait');
    expect(rotated).toMatchObject({ code: 0 });
    expect(rotated.stdout).toContain('Settled: every consumer of app is on green, and nothing old is left.');
    const { answer } = await run('status', '--json');
    expect(answer).toMatchObject({
      credentials: [
        {
          slots: [
            { slot: 'blue', role: 'standby' },
            { slot: 'green', role: 'active' },
          ],
        },
      ],
    });
    const reverted = await run('revert', '--yes', '--wait');
    expect(reverted).toMatchObject({ code: 0 });
    const { phase, active } = await readRecord(raised());
    expect({ phase, slot: active.slot }).toEqual({ phase: 'settled', slot: 'blue' });
    expect(failing(await run('preflight', '--strict', '--json'))).toEqual([]);
    expectUnharmed(raised());
  });

  it('a leaked password is replaced by two rotations, which --compromised says', async () => {
    const { code, stderr } = await run('rotate', '--compromised', '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain('--compromised is for dual-user: run tandem rotate app --wait twice');
  });
});

describe('of a credential with one user,', () => {
  const { raised, run } = staged('single');

  it('preflight passes every check', async () => {
    expect(failing(await run('preflight', '--strict', '--json'))).toEqual([]);
  });

  it('status tells of the one that there is', async () => {
    const { code, stdout } = await run('status');
    expect(code).toBe(0);
    expect(stdout).toMatch(/blue +active +app_blue/);
    expect(stdout).not.toContain('green');
  });

  it('rotate asks first, because logins fail until the services are redeployed', async () => {
    const asked = await run('rotate');
    expect(asked).toMatchObject({ code: 2, stdout: '' });
    expect(asked.stderr).toContain(
      'Give app_blue, the only user, a new password now? New logins fail until 1 service is redeployed. Nobody can be asked here: give --yes.',
    );
    const { active: before } = await readRecord(raised());
    const rotated = await run('rotate', '--yes', '--wait');
    expect(rotated).toMatchObject({ code: 0 });
    const { phase, active } = await readRecord(raised());
    expect(phase).toBe('settled');
    expect(active.version).not.toBe(before.version);
  });

  it('there is nothing to revert to', async () => {
    expect(await run('revert', '--yes')).toMatchObject({
      code: 0,
      stdout: 'Nothing to do for app: there is no previous credential to go back to.\n',
    });
  });

  it('a leaked password is replaced by a rotation, which --compromised says', async () => {
    const { code, stderr } = await run('rotate', '--compromised', '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain(
      '--compromised is for dual-user: tandem rotate app --wait replaces its password',
    );
  });
});

describe('of a configuration with one secret,', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'tandem-one-secret-'));
  const file = path.join(directory, 'tandem.yaml');
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const check = async (schedule: string) => {
    writeFileSync(
      file,
      [
        'prefix: tandem/test',
        'region: eu-central-1',
        'database: { name: shop, create: {} }',
        `credentials: { app: { strategy: single, consumers: [web], schedule: { secret: { ${schedule} } } } }`,
        'services: { web: { image: example/web } }',
      ].join('\n'),
    );
    return await tandem(['check', '--config', file, '--months', '2']);
  };

  it('check lists the windows of its schedule', async () => {
    const { code, stdout } = await check("expression: 'cron(0 3 1 * ? *)'");
    expect(code).toBe(0);
    expect(stdout).toMatch(/-01 03:00 UTC +\d{4}-\d\d-01 05:00 UTC +app +its secret/);
    expect(stdout).not.toContain('standby');
  });

  it('check tells of a rate, which has no dates yet', async () => {
    const { code, stdout } = await check("expression: 'rate(30 days)'");
    expect(code).toBe(0);
    expect(stdout).toContain(
      'app is rotated at rate(30 days), which Secrets Manager counts from the apply that sets it.',
    );
    expect(stdout).not.toContain('window opens');
  });
});
