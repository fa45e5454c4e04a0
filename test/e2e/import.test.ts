import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROTATOR, USERS } from '../../local/drill/installation/model';
import { notePasswords, untilTested } from '../../local/drill/passwords';
import { rotateStandby } from '../../local/drill/rotate';
import type { Stage } from '../../local/drill/stage';
import { until } from '../../local/drill/wait';
import { layOut } from '../../scripts/workspaces';
import { expectUnharmed } from '../support/stage';
import { startAccount, type Account } from './account';
import { importing, LET_GO, madeByHand, otherState, rootIn } from './existing';
import { describeApplied } from './moto';
import type { Root } from './root';

/** An apply waits for minutes wherever the provider does: 25 s for a queue. */
jest.setTimeout(900_000);

describeApplied('what exists, imported with the real AWS provider', () => {
  let account: Account;
  let stage: Stage;
  let elsewhere: Root;
  let rotation: Root;
  let service: Root;
  let close: Account['close'] = () => Promise.resolve();

  beforeAll(async () => {
    account = await startAccount((name) => name === ROTATOR);
    ({ close } = account);
    elsewhere = await otherState(account);
    stage = await madeByHand(account);
    const file = path.join(account.directory, 'tandem.json');
    writeFileSync(file, JSON.stringify(await importing(stage, elsewhere)));
    const roots = (await layOut(file, path.join(account.directory, 'out', 'stacks'))).map((directory) =>
      rootIn(account, directory),
    );
    [rotation, service] = roots as [Root, Root];
    for (const root of roots) await root.mustRun('init', '-input=false', '-no-color');
  });

  afterAll(async () => {
    await close();
  });

  it('another state lets go of its resources and destroys none', async () => {
    writeFileSync(path.join(elsewhere.directory, 'main.tf'), LET_GO);
    const { stdout } = await elsewhere.mustRun('apply', '-auto-approve', '-input=false', '-no-color');
    expect(stdout).toContain('Resources: 0 added, 0 changed, 0 destroyed');
  });

  it('the plan of the rotation imports the secrets and changes nothing that exists', async () => {
    const { stdout } = await rotation.mustRun('plan', '-input=false', '-no-color');
    expect(stdout).toMatch(/Plan: 3 to import, \d+ to add, 0 to change, 0 to destroy\./);
    await rotation.apply();
    await untilTested(stage);
    await notePasswords(stage);
  });

  it('the plan of the service imports it with what is its own, and restarts no task', async () => {
    await untilOn('blue', 0);
    const { stdout } = await service.mustRun('plan', '-input=false', '-no-color');
    expect(stdout).toMatch(/Plan: 5 to import, \d+ to add, 0 to change, 0 to destroy\./);
    const mark = stage.system.callLog.mark();
    await service.apply();
    const updates = stage.system.callLog.since(mark).filter(({ operation }) => operation === 'UpdateService');
    expect(updates).toEqual([]);
    expectUnharmed(stage);
  });

  it('rotates, rolled out by events alone, without one failed login', async () => {
    for (const slot of ['green', 'blue']) {
      const { logins, ...rotated } = await rotateStandby(stage);
      expect({ slot: rotated.slot, failed: logins.failed }).toEqual({ slot, failed: 0 });
    }
    expectUnharmed(stage);
  });

  it('I6: no plan shows a change afterwards, with the imports still in the configuration', async () => {
    expect([await rotation.drift(), await service.drift()]).toEqual([[], []]);
  });

  async function untilOn(slot: 'blue' | 'green', since: number): Promise<void> {
    const { logins, signal } = stage;
    await until(
      `two tasks to log in on ${slot}`,
      signal,
      () => (logins.tasksOn(USERS[slot], since) === 2 ? true : undefined),
      { deadlineMs: 240_000, explain: () => logins.failures()[0]?.error ?? logins.text().slice(0, 500) },
    );
  }
});
