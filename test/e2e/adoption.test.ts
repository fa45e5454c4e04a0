import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { useEverythingAsBoth } from '../../local/drill/adoption/adopt';
import type { Bootstrapped } from '../../local/drill/installation/install';
import { CREDENTIAL, DATABASE, OWNER, PREFIX, ROTATOR } from '../../local/drill/installation/model';
import { notePasswords, untilTested } from '../../local/drill/passwords';
import { readRecord } from '../../local/drill/record';
import { rotateStandby } from '../../local/drill/rotate';
import type { Stage } from '../../local/drill/stage';
import { until } from '../../local/drill/wait';
import { layOut } from '../../scripts/workspaces';
import { leavingSql, runAsTold } from '../support/leaving';
import { expectUnharmed } from '../support/stage';
import { environmentOf, tandem } from '../support/tandem';
import { startAccount, type Account } from './account';
import { adopting, applied, runsAlready, SECRET, USER } from './adopting';
import { aws, awsCommands } from './aws-cli';
import { rootIn } from './existing';
import { describeApplied } from './moto';
import type { Root } from './root';

/** An apply waits for minutes wherever the provider does: 25 s for a queue. */
jest.setTimeout(900_000);

const PAGE = 'docs/adoption.md';

describeApplied('an application that runs, adopted by reference with the real AWS provider', () => {
  let account: Account;
  let stage: Stage;
  let rotation: Root;
  let close: Account['close'] = () => Promise.resolve();

  beforeAll(async () => {
    account = await startAccount((name) => name === ROTATOR);
    ({ close } = account);
    stage = await runsAlready(account);
    await untilTasksWork(0);
    const file = path.join(account.directory, 'tandem.json');
    writeFileSync(file, JSON.stringify(adopting(stage)));
    const [directory = ''] = await layOut(file, path.join(account.directory, 'out', 'stacks'));
    rotation = rootIn(account, directory);
    await rotation.mustRun('init', '-input=false', '-no-color');
  });

  afterAll(async () => {
    await close();
  });

  /** Both tasks log in as the user, with a connection of since then. */
  async function untilTasksWork(since: number): Promise<void> {
    const { logins, signal } = stage;
    await until('two tasks to log in', signal, () => (logins.tasksOn(USER, since) === 2 ? true : undefined), {
      deadlineMs: 240_000,
      explain: () => logins.failures()[0]?.error ?? logins.text().slice(0, 500),
    });
  }

  /** Calls by their operation, since a mark. */
  function made(mark: number, ...operations: readonly string[]): string[] {
    const calls = stage.system.callLog.since(mark).map(({ operation }) => operation);
    return calls.filter((operation) => operations.includes(operation));
  }

  /** Step 3 of the page, as it stands there, or step 4, which is the same but for the dry run. */
  async function invoke(how: { readonly dryRun: boolean }): Promise<Bootstrapped> {
    const [command = ''] = awsCommands(PAGE, '3. Read what would happen');
    const { stdout } = await rotation.mustRun('output', '-raw', 'rotator_function_name');
    const asked = how.dryRun ? command : command.replace(',"dryRun":true', '');
    return JSON.parse(await aws(stage.clients, asked, { FUNCTION: stdout })) as Bootstrapped;
  }

  it('is left alone by the apply: it only adds, and nothing of the application is written or restarted', async () => {
    const { stdout } = await rotation.mustRun('plan', '-input=false', '-no-color');
    expect(stdout).toMatch(/Plan: \d+ to add, 0 to change, 0 to destroy\./);
    const mark = stage.system.callLog.mark();
    await rotation.apply();
    stage = await applied(stage);
    expect(made(mark, 'UpdateService', 'PutSecretValue', 'UpdateSecretVersionStage')).toEqual([]);
    await expect(readRecord(stage)).rejects.toThrow();
    await untilTested(stage);
  });

  it('is adopted as the preview said, without a restart or a failed login', async () => {
    const preview = await invoke({ dryRun: true });
    expect(preview).toMatchObject({ did: [], obstacles: [] });
    const mark = stage.system.callLog.mark();
    const { did } = await invoke({ dryRun: false });
    expect(did.length).toBeGreaterThan(50);
    expect(did).toEqual(preview.would);
    expect(made(mark, 'UpdateService')).toEqual([]);
    await notePasswords(stage);
    await untilTasksWork(Date.now());
    expectUnharmed(stage);
  });

  it('rotates, rolled out by events alone; then the preview is empty, and both users use everything', async () => {
    for (const slot of ['green', 'blue']) {
      const { logins, ...rotated } = await rotateStandby(stage);
      expect({ slot: rotated.slot, failed: logins.failed }).toEqual({ slot, failed: 0 });
    }
    expect(await invoke({ dryRun: true })).toMatchObject({ would: [], obstacles: [] });
    await useEverythingAsBoth(stage);
    expectUnharmed(stage);
  });

  it('I6: no plan shows a change afterwards', async () => {
    expect(await rotation.drift()).toEqual([]);
  });

  it('is left again: the stack is destroyed, and the application goes on with what its secret says', async () => {
    const [look = ''] = awsCommands(PAGE, '1. Come to rest on the user that stays');
    const record = await aws(stage.clients, look.replace('tandem/production/app', `${PREFIX}/${CREDENTIAL}`));
    expect(JSON.parse(record)).toMatchObject({ phase: 'settled', active: { slot: 'blue' } });
    expect((await tandem(['pause', CREDENTIAL], environmentOf(stage.system))).code).toBe(0);
    await rotation.destroy();
    const { stdout } = await rotation.mustRun('state', 'list');
    expect(stdout).toBe('');
    await untilTasksWork(Date.now());
    const { password } = await knownSecret();
    const client = await logIn(USER, password);
    await client.end();
    expectUnharmed(stage);
  });

  it('ends on one user that owns everything, after the page’s SQL and one redeployment, without a failed login', async () => {
    const names = { app: USER, app_green: 'app_green', app_owner: OWNER };
    const { username, password } = stage.system.admin;
    const admin = await logIn(username, password);
    for (const sql of leavingSql('4. Drop the other user', names)) await runAsTold(admin, sql);
    const [startAsItself = [], handBack = []] = leavingSql('5. Hand everything back to `app`', names);
    await runAsTold(admin, startAsItself);
    const redeployed = Date.now();
    for (const command of awsCommands(PAGE, '5. Hand everything back to `app`'))
      await aws(stage.clients, command);
    await untilOnlyNewTasks(redeployed);
    await runAsTold(admin, handBack);
    await untilTasksWork(Date.now());
    const { rows } = await admin.query("SELECT rolname FROM pg_roles WHERE rolname LIKE 'app%'");
    expect(rows).toEqual([{ rolname: USER }]);
    await admin.end();
    expectUnharmed(stage);
  });

  /** What the page says to look at once the stack is gone. */
  async function knownSecret(): Promise<{ readonly username: string; readonly password: string }> {
    const [command = ''] = awsCommands(PAGE, '3. See that it works');
    expect(command).toContain(SECRET);
    const value = JSON.parse(await aws(stage.clients, command)) as { username: string; password: string };
    expect(value.username).toBe(USER);
    return value;
  }

  async function logIn(user: string, password: string): Promise<Client> {
    const { port, caPem: ca } = stage.system.postgres;
    const client = new Client({ host: 'localhost', port, user, password, database: DATABASE, ssl: { ca } });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** The redeployment is over, and no session of the tasks before it is left. */
  async function untilOnlyNewTasks(since: number): Promise<void> {
    await until(
      'the service to be redeployed',
      stage.signal,
      () => {
        const tasks = stage.system.ecs.liveTasks();
        const fresh = tasks.filter(({ createdAt }) => (createdAt ?? 0) >= since);
        return tasks.length === 2 && fresh.length === 2 ? true : undefined;
      },
      { deadlineMs: 240_000 },
    );
  }
});
