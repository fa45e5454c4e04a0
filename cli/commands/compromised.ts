import type { CredentialDocument } from '../../lambda-src/contract/config-document';
import { deliveredBy } from '../../lambda-src/contract/delivered';
import { replacementToken } from '../../lambda-src/contract/tokens';
import type { CredentialRecord } from '../../lambda-src/core/record';
import { other, type Slot, type SlotVersion } from '../../lambda-src/core/slot';
import { hasOneSecret } from '../../lambda-src/core/strategy';
import { consumerKey } from '../../lambda-src/ports/services';
import { CommandError, EXIT } from '../exit';
import { oneCredential, openInstallation, type Installation } from '../installation';
import { answered, describeCalls, planRequest, type Call } from '../request';
import { readSlots, readTruth, type Truth } from '../state';
import { waitFor, type Terminal } from '../terminal';
import { progressOf, services, type RequestOptions } from './requests';

export interface CompromisedOptions extends RequestOptions {
  /** Whose password leaked; left out: the active one. */
  readonly slot?: Slot;
}

/** Takes a password that somebody else may know out of use. @returns the exit code */
export async function replaceLeaked(
  terminal: Terminal,
  named: string | undefined,
  options: CompromisedOptions,
): Promise<number> {
  const startedAt = performance.now();
  const installation = openInstallation(options);
  const credential = await oneCredential(installation, named);
  const truth = await readTruth(installation, credential);
  refuseOneSecret(credential, truth);
  const { record } = truth;
  const leaked = record === null ? null : await leakedOf(installation, truth, record, options.slot);
  const plan = planRequest(installation, credential, truth, 'compromised', leaked?.version);
  if (record === null || leaked === null) throw new CommandError(`${credential} has no readable record.`);
  const about = { credential, kind: 'compromised', leaked };
  if (options.dryRun) {
    const later = consequences(installation, truth, record, leaked);
    terminal.answer({ ...about, outcome: 'dry-run', calls: plan.calls, later }, () =>
      describeCalls(plan.calls, later),
    );
    return EXIT.done;
  }
  await terminal.confirm(question(truth, record, leaked), options.yes);
  await plan.make();
  terminal.progress(
    `Asked to take the password of ${leaked.slot} of ${credential} out of use (${plan.request.id}).`,
  );
  await answered(installation, credential, plan.request, options.timeout);
  if (!options.wait) {
    terminal.answer(
      { ...about, outcome: 'done', request: plan.request.id },
      () =>
        `Noted: the password of ${leaked.slot} is being taken out of use; tandem status tells how far it is.`,
    );
    return EXIT.done;
  }
  const after = await untilGone(terminal, installation, credential, leaked, options.timeout);
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  const gone = after.compromised === null;
  terminal.answer(
    { ...about, outcome: gone ? 'replaced' : 'halted', active: after.active, reason: after.reason, seconds },
    () =>
      gone
        ? `The leaked password of ${leaked.slot} logs in nowhere, and no session that was opened with it is left: ${seconds} seconds.`
        : `Halted after ${seconds} seconds: ${after.reason ?? 'no reason noted'}. Mend that, then run tandem resume: it goes on.`,
  );
  return gone ? EXIT.done : EXIT.failed;
}

/** The sequence for a leaked password needs a user to move to that has a secret of its own. */
function refuseOneSecret(credential: string, { config: { strategy } }: Truth): void {
  if (!hasOneSecret(strategy)) return;
  const how =
    strategy === 'single'
      ? `tandem rotate ${credential} --wait replaces its password`
      : `run tandem rotate ${credential} --wait twice: first the services move to the other user, then this one gets a new password`;
  throw new CommandError(
    `${credential} has the strategy ${strategy}, and --compromised is for dual-user: ${how}. Sessions that were opened with it stay open: end them with pg_terminate_backend. Nothing was done.`,
  );
}

async function leakedOf(
  installation: Installation,
  truth: Truth,
  { active }: CredentialRecord,
  slot: Slot = active.slot,
): Promise<SlotVersion> {
  if (slot === active.slot) return { slot, version: active.version };
  const state = (await readSlots(installation, truth)).find((one) => one.slot === slot);
  const version = state?.version ?? null;
  if (version === null) throw new CommandError(`${slot} has no value: no password of it can have leaked.`);
  return { slot, version };
}

function question({ config }: Truth, { active }: CredentialRecord, { slot }: SlotVersion): string {
  const { user } = config.slots[slot];
  const moving =
    slot === active.slot
      ? `${other(slot)} is rotated and ${services(config.consumers.length)} redeployed onto it; then `
      : '';
  return `Take the password of ${slot} out of use? ${moving}${user} may not log in, every session that is open as ${user} is ended, whoever it belongs to, and it gets a new password.`;
}

/** The call that changes what applications read. */
function publishing({ prefix }: Installation, config: CredentialDocument, slot: Slot): Call {
  const { name: on } = deliveredBy(prefix, config);
  const value = `the new value of ${slot}`;
  switch (config.delivery) {
    case 'secret':
      return {
        call: 'secretsmanager:UpdateSecretVersionStage',
        on,
        with: { VersionStage: 'AWSCURRENT', to: value },
      };
    case 'parameter':
      return { call: 'ssm:PutParameter', on, with: { Value: value } };
    case 'entrypoint':
      return { call: 'ssm:PutParameter', on, with: { Value: `${slot} and the version of its new value` } };
  }
}

/** What the functions call, in their order. Every one of it may be repeated, where something fails. */
function consequences(
  installation: Installation,
  { config }: Truth,
  { active }: CredentialRecord,
  { slot, version }: SlotVersion,
): Call[] {
  const rotate = (which: Slot): Call => ({
    call: 'secretsmanager:RotateSecret',
    on: config.slots[which].secretArn,
    with: { ClientRequestToken: replacementToken(which, version, 0) },
  });
  const rotator = (action: string): Call => ({
    call: 'lambda:Invoke',
    on: 'the rotator',
    with: { action, credential: config.credential, slot, version },
  });
  const rollout: Call[] = [
    rotate(other(slot)),
    publishing(installation, config, other(slot)),
    ...config.consumers.map((consumer) =>
      consumer.codeDeploy === undefined
        ? { call: 'ecs:UpdateService', on: consumerKey(consumer), with: { forceNewDeployment: true } }
        : { call: 'codedeploy:CreateDeployment', on: consumerKey(consumer), with: consumer.codeDeploy },
    ),
  ];
  return [
    ...(slot === active.slot ? rollout : []),
    rotator('retire'),
    rotator('terminate'),
    rotate(slot),
    rotator('verify'),
  ];
}

/** Follows it and tells each change. @returns the record when the password is gone, or it halted */
async function untilGone(
  terminal: Terminal,
  installation: Installation,
  credential: string,
  leaked: SlotVersion,
  seconds: number,
): Promise<CredentialRecord> {
  let said = '';
  return await waitFor(`the leaked password of ${leaked.slot} to be gone`, seconds, async () => {
    const truth = await readTruth(installation, credential);
    const { record } = truth;
    if (record === null) throw new CommandError(`${credential} has no readable record any more.`);
    const line = await stageOf(installation, truth, record, leaked.slot);
    if (line !== said) terminal.progress(line);
    said = line;
    return record.compromised === null || record.phase === 'halted' ? record : undefined;
  });
}

async function stageOf(
  installation: Installation,
  truth: Truth,
  record: CredentialRecord,
  slot: Slot,
): Promise<string> {
  const { phase, active, compromised, retired } = record;
  if (phase !== 'settled') return await progressOf(installation, truth, record);
  if (compromised === null) return `settled on ${active.slot}; the leaked password of ${slot} is gone`;
  if (active.slot === slot) return `rotating ${other(slot)}`;
  if (retired?.slot !== slot || !retired.done) return `settled on ${active.slot}: locking ${slot} out`;
  return compromised.ended
    ? `${slot} is locked out: rotating it`
    : `${slot} is locked out: ending its sessions`;
}
