import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DescribeSecretCommand, ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import { findLeaks } from '../../local/drill/leaks';
import { PREFIX } from '../../local/drill/installation/model';
import { readRecord } from '../../local/drill/record';
import { rotateStandby, startRotation, untilFinished, untilReverted } from '../../local/drill/rotate';
import { evidence, expectUnharmed } from '../support/stage';
import { applyExample, SERVICES, STACKS, type Applied } from './applied';
import { describeApplied } from './moto';

/** An apply waits for minutes wherever the provider does: 80 s for a database, 25 s for a queue. */
jest.setTimeout(600_000);

/**
 * What still differs in a plan although nothing changed, as `address.attribute`, each with its reason. Nothing does: what
 * moto forgets is put back by the overlays of the local endpoint.
 */
const ALLOWED_DRIFT: readonly string[] = [];

/** Calls that start a rotation, write a value or move a label. UpdateSecret is none: it carries a description here. */
const MOVES = ['RotateSecret', 'PutSecretValue', 'UpdateSecretVersionStage'] as const;

describeApplied('the example, applied by cdktf and the real AWS provider', () => {
  let applied: Applied;
  let close: Applied['close'] = () => Promise.resolve();

  beforeAll(async () => {
    applied = await applyExample();
    ({ close } = applied);
  });

  afterAll(async () => {
    await close();
  });

  /** Labels of every version, and every parameter that the functions write. */
  async function held() {
    const { clients, installation } = applied.stage;
    const labels: Record<string, unknown> = {};
    for (const [name, SecretId] of Object.entries(installation.secrets)) {
      labels[name] = (await clients.secrets.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages;
    }
    const found = await clients.ssm.send(
      new GetParametersByPathCommand({ Path: `/${PREFIX}`, Recursive: true }),
    );
    const parameters = (found.Parameters ?? [])
      .filter(({ Name }) => Name?.endsWith('/config') === false)
      .map(({ Name, Value, Version }) => ({ Name, Value, Version }));
    return { labels, parameters };
  }

  async function expectNoDrift(): Promise<void> {
    const drifts = await Promise.all(STACKS.map((stack) => applied.terraform.drift(stack)));
    expect(drifts.flat().filter((change) => !ALLOWED_DRIFT.includes(change))).toEqual([]);
  }

  function expectNothingMovedSince(mark: number): void {
    const calls = applied.stage.system.callLog
      .since(mark)
      .filter(
        ({ service, operation }) => service === 'secretsmanager' && MOVES.some((one) => one === operation),
      );
    expect(calls).toEqual([]);
  }

  it('runs its services with a credential that bootstrap made, in the database that it applied', async () => {
    expect((await readRecord(applied.stage)).active.slot).toBe('blue');
    expectUnharmed(applied.stage);
  });

  it('rotates four times, each rolled out by events alone, without one failed login', async () => {
    const slots: string[] = [];
    for (let round = 1; round <= 4; round += 1) {
      const { slot, logins, failedAuthentications } = await rotateStandby(applied.stage);
      slots.push(slot);
      expect({ failed: logins.failed, failedAuthentications }).toEqual({
        failed: 0,
        failedAuthentications: 0,
      });
    }
    expect(slots).toEqual(['green', 'blue', 'green', 'blue']);
    expectUnharmed(applied.stage);
  });

  it('I6: no plan shows a change after the rotations', expectNoDrift);

  it('I1, I6: a rollout that fails is reverted without one failed login, and no plan shows a change', async () => {
    const { stage, breaksGreen } = applied;
    const before = await readRecord(stage);
    writeFileSync(breaksGreen, '');
    const token = await startRotation(stage, 'green');
    await untilFinished(stage, token);
    const settled = await untilReverted(stage, token, 180_000);
    rmSync(breaksGreen);
    expect(settled.active).toEqual(before.active);
    expect(settled.reason).toContain(SERVICES.fragile);
    expect(await evidence(stage)).toMatchObject({
      outcome: 'reverted',
      previous: { slot: 'green', version: token },
    });
    expectUnharmed(stage);
    await expectNoDrift();
  });

  it('I6: a second apply starts no rotation, writes no value and moves no label', async () => {
    const before = await held();
    const mark = applied.stage.system.callLog.mark();
    const ended = await Promise.all(
      STACKS.map((stack) =>
        applied.terraform.in(stack, 'apply', '-auto-approve', '-input=false', '-no-color'),
      ),
    );
    for (const { stdout } of ended) expect(stdout).toContain('Resources: 0 added, 0 changed, 0 destroyed.');
    expectNothingMovedSince(mark);
    expect(await held()).toEqual(before);
  });

  it('I6: a saved plan that edits document, descriptions and memory, applied after a rotation, moves no value and no label', async () => {
    const { stage, terraform } = applied;
    const file = path.join(path.dirname(terraform.synthesized('rotation')), 'saved.plan');
    edit(terraform.synthesized('rotation'));
    const planned = await terraform.in('rotation', 'plan', '-input=false', '-no-color', `-out=${file}`);
    expect(planned).toMatchObject({ code: 0 });
    await rotateStandby(stage);
    const before = await held();
    const mark = stage.system.callLog.mark();
    const ended = await terraform.in('rotation', 'apply', '-input=false', '-no-color', file);
    expect(ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('0 added, 6 changed, 0 destroyed') as unknown,
    });
    expectNothingMovedSince(mark);
    expect(await held()).toEqual(before);
    await rotateStandby(stage);
    const { active } = await readRecord(stage);
    const value = stage.system.secrets.readValue(stage.installation.secrets[active.slot]);
    const { password } = JSON.parse(value.kind === 'string' ? value.text : '{}') as { password?: string };
    expect(password).toHaveLength(EDITED_LENGTH);
    expectUnharmed(stage);
    await expectNoDrift();
  });

  it('I5: no password ever set is in a state, a plan or anything that was printed', async () => {
    const { stage, terraform } = applied;
    const texts = terraform.files();
    // A saved plan is an archive: what it holds is seen by showing it.
    const plans = Object.keys(texts).filter((name) => name.endsWith('.plan'));
    const shown = plans.map(async (name) => {
      const stack = STACKS.find((one) => name.includes(one)) ?? 'rotation';
      texts[`${name}, shown`] = await terraform.show(stack, path.join(terraform.directory, name));
    });
    await Promise.all(shown);
    expect(Object.keys(texts)).toEqual(
      expect.arrayContaining([
        ...STACKS.map((stack) => `terraform.${stack}.tfstate`),
        'rotation.plan, shown',
      ]),
    );
    expect(stage.passwords.size).toBeGreaterThanOrEqual(2 + 2 + 4 + 1 + 2);
    expect(findLeaks(stage.passwords, { ...texts, 'the commands’ output': terraform.printed() })).toEqual({
      count: 0,
      places: [],
    });
  });

  it('is destroyed whole where protect is false', async () => {
    const { stage, terraform } = applied;
    await terraform.destroy(...STACKS);
    for (const stack of STACKS) {
      const state = terraform.files()[`terraform.${stack}.tfstate`] ?? '';
      expect({ stack, left: (JSON.parse(state) as { resources: unknown[] }).resources }).toEqual({
        stack,
        left: [],
      });
    }
    expect((await leftIn(stage)).sort()).toEqual([]);
  });
});

/** What the functions made and Terraform never owned, and the secrets. */
async function leftIn({ clients }: Applied['stage']): Promise<string[]> {
  const parameters = await clients.ssm.send(
    new GetParametersByPathCommand({ Path: `/${PREFIX}`, Recursive: true }),
  );
  const secrets = await clients.secrets.send(new ListSecretsCommand({}));
  return [...(parameters.Parameters ?? []), ...(secrets.SecretList ?? [])].map(({ Name }) => Name ?? '');
}

/** Characters of a password that the edited document asks for. */
const EDITED_LENGTH = 44;

interface Synthesized {
  readonly resource: Record<string, Record<string, Record<string, unknown>>>;
}

/** Edits what a team may edit: the document of the credential, the secrets' descriptions, the functions' memory. */
function edit(file: string): void {
  const synthesized = JSON.parse(readFileSync(file, 'utf8')) as Synthesized;
  for (const secret of Object.values(synthesized.resource['aws_secretsmanager_secret'] ?? {})) {
    secret['description'] = 'Edited';
  }
  for (const lambda of Object.values(synthesized.resource['aws_lambda_function'] ?? {}))
    lambda['memory_size'] = 320;
  for (const parameter of Object.values(synthesized.resource['aws_ssm_parameter'] ?? {})) {
    const document = JSON.parse(String(parameter['insecure_value'])) as { password: { length: number } };
    document.password.length = EDITED_LENGTH;
    parameter['insecure_value'] = JSON.stringify(document);
  }
  writeFileSync(file, JSON.stringify(synthesized));
}
