import { activeSecretOf, publishedVersion, type CredentialDocument } from '../contract/config-document';
import { parameterName, type SecretKind } from '../contract/names';
import { ContractError } from '../contract/parse';
import { fail, pass, warn, type Check, type PreflightResult } from '../contract/preflight';
import { pointerText } from '../core/delivery';
import type { Sensitive } from '../core/sensitive';
import { other, SLOTS, type Slot, type SlotVersion } from '../core/slot';
import { hasOneSecret } from '../core/strategy';
import { DatabaseError, type OpenSession } from '../ports/database';
import { AWSCURRENT, SecretMissingError, versionWith, type SecretDescription } from '../ports/secrets';
import { planLeftovers } from './adoption';
import { asAdmin, loadCredential, markOf, type Credential } from './credential';
import { deniedParameterWords, deniedWords, isDenied } from './denied';
import type { RotatorDependencies } from './dependencies';
import { InstallationError } from './errors';
import { activeParameter, parameterCarries } from './first-mirror';
import { slotsOf } from './one-secret';
import { describeSession } from './rotation';
import { serverChecks } from './server-checks';
import type { Plan } from './steps';
import { verdictOn } from './verify';

/** Checks everything that a rotation will need, from where it will run; changes nothing. */
export async function preflight(dependencies: RotatorDependencies, name: string): Promise<PreflightResult> {
  const credential = await loadCredential(dependencies, name);
  const checks = [
    recordCheck(credential),
    ...(await secretChecks(dependencies, credential)),
    ...(await databaseChecks(dependencies, credential)),
  ];
  return { credential: name, ok: checks.every((check) => check.status !== 'fail'), checks };
}

function recordCheck({ record, consumers }: Credential): Check {
  if (record === null)
    return fail('record', 'there is no readable record: run bootstrap, or restore it from its history');
  if (record.phase === 'halted')
    return fail('record', `halted: ${record.reason ?? 'no reason noted'}; resume it when that is mended`);
  if (record.phase !== 'settled')
    return warn('record', `${record.phase}: a rotation is refused until it is settled`);
  if (record.paused) return warn('record', 'paused: rotations are refused until it is unpaused');
  const missing = consumers.filter((consumer) => record.consumers[consumer] === undefined);
  if (missing.length > 0) return warn('record', `joined and not rolled out yet: ${missing.join(', ')}`);
  return pass('record', `settled on ${record.active.slot}`);
}

async function secretChecks(
  dependencies: RotatorDependencies,
  { config, record }: Credential,
): Promise<Check[]> {
  const checks: Check[] = [];
  for (const slot of hasOneSecret(config.strategy) ? [] : SLOTS) {
    const judge = (description: SecretDescription) => slotCheck(slot, description);
    checks.push(await secretCheck(dependencies, slot, config.slots[slot].secretArn, judge));
  }
  if (record === null) return checks;
  checks.push(await deliveryCheck(dependencies, config, record.active));
  return [...checks, await pointerCheck(dependencies, config, record.active)];
}

async function deliveryCheck(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  active: SlotVersion,
): Promise<Check> {
  switch (config.delivery) {
    case 'secret': {
      const judge = (description: SecretDescription) => activeCheck(config, active, description);
      return await secretCheck(dependencies, 'active', activeSecretOf(config), judge);
    }
    case 'parameter':
      return await parameterCheck(dependencies, config, active);
    case 'entrypoint': {
      const judge = (description: SecretDescription) => startCheck(active, description);
      return await secretCheck(dependencies, active.slot, config.slots[active.slot].secretArn, judge);
    }
  }
}

/** Containers that pick their user start only with the version that the pointer names. */
function startCheck({ slot, version }: SlotVersion, description: SecretDescription): Check {
  const name = 'what containers pick';
  return versionWith(description, AWSCURRENT) === version
    ? pass(name, `${slot}, at the version that is active`)
    : fail(
        name,
        `AWSCURRENT of ${slot} is not on the active version ${version}, so no container can start; the next look moves it back`,
      );
}

async function parameterCheck(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  active: SlotVersion,
): Promise<Check> {
  const name = 'parameter active';
  const again = 'the next look publishes it again';
  try {
    const carries = await parameterCarries(dependencies, config, active);
    if (carries === null)
      return warn(name, `${activeParameter(dependencies, config)} does not exist; ${again}`);
    return carries
      ? pass(name, `carries ${active.slot}`)
      : warn(name, `does not carry ${active.slot}; ${again}`);
  } catch (error) {
    if (!isDenied(error)) throw error;
    return fail(name, deniedParameterWords(activeParameter(dependencies, config), error));
  }
}

async function secretCheck(
  { secrets }: RotatorDependencies,
  kind: SecretKind,
  secretArn: string,
  judge: (description: SecretDescription) => Check,
): Promise<Check> {
  try {
    return judge(await secrets.describe(secretArn));
  } catch (error) {
    if (error instanceof SecretMissingError) return fail(`secret ${kind}`, error.message);
    throw error;
  }
}

function slotCheck(slot: Slot, description: SecretDescription): Check {
  const name = `secret ${slot}`;
  if (versionWith(description, AWSCURRENT) === null) return fail(name, 'has no value: run bootstrap');
  return description.rotationEnabled
    ? pass(name, 'has a value, rotation is enabled')
    : fail(name, 'rotation is not enabled: apply the installation again');
}

function activeCheck(config: CredentialDocument, active: SlotVersion, description: SecretDescription): Check {
  const name = 'secret active';
  const { slot } = active;
  const current = versionWith(description, AWSCURRENT);
  if (hasOneSecret(config.strategy) && current === null) return fail(name, 'has no value');
  if (hasOneSecret(config.strategy) && !description.rotationEnabled)
    return fail(name, 'rotation is not enabled: apply the installation again');
  if (!hasOneSecret(config.strategy) && description.rotationEnabled)
    return fail(name, 'has rotation enabled: disable it, only blue and green are rotated');
  return current === publishedVersion(config, active)
    ? pass(name, `carries ${slot}`)
    : warn(name, `does not carry ${slot}; the next look publishes it again`);
}

async function pointerCheck(
  { parameters, environment }: RotatorDependencies,
  config: CredentialDocument,
  active: SlotVersion,
): Promise<Check> {
  const name = parameterName(environment.prefix, config.credential, 'pointer');
  const text = pointerText(config.delivery, active);
  return (await parameters.get([name])).get(name)?.value === text
    ? pass('pointer', text)
    : warn('pointer', `does not say ${text}; the next look publishes it again`);
}

async function databaseChecks(dependencies: RotatorDependencies, credential: Credential): Promise<Check[]> {
  const { config, record } = credential;
  try {
    return await asAdmin(dependencies, config.credential, async (session) => {
      const mark = markOf(dependencies, config.credential);
      const { ownerRole: owner, database, ownDatabase } = config;
      const users = slotsOf(config).map((slot) => config.slots[slot].user);
      const facts = await session.inspect({ owner, database, ownDatabase, mark }, users);
      const checks = [
        pass('admin login', `as ${facts.admin.name}, PostgreSQL ${facts.version}`),
        ...serverChecks(config, facts, record?.retired?.slot ?? null),
      ];
      if (record !== null && config.adopt !== undefined)
        checks.push(adoptionCheck(config, await planLeftovers(dependencies, config, session)));
      if (record !== null) {
        if (config.strategy !== 'single') {
          const { user } = config.slots[other(record.active.slot)];
          // An admin that cannot see sessions would find none while there are some.
          if (facts.admin.seesSessions) checks.push(standbyCheck(await session.sessionsOf(user)));
        }
        checks.push(await activeLogin(dependencies, config, record.active));
      }
      return checks;
    });
  } catch (error) {
    if (error instanceof DatabaseError) return [fail('database', error.message)];
    if (error instanceof InstallationError || error instanceof ContractError)
      return [fail('admin secret', error.message)];
    if (isDenied(error)) return [fail('admin secret', deniedWords("the admin's secret", error))];
    throw error;
  }
}

/** Sessions that were open during the adoption go on as the user itself, and so does what they make. */
function adoptionCheck({ credential }: CredentialDocument, { steps, obstacles = [] }: Plan): Check {
  const name = 'adoption';
  const left = [...obstacles, ...steps.flatMap(({ says }) => says)];
  if (left.length === 0) return pass(name, 'nothing is left to hand over');
  const more = left.length > 3 ? `; and ${left.length - 3} more` : '';
  return warn(
    name,
    `something is still the adopted user's own, made in a session that was open during the adoption or changed since; invoke {"action":"bootstrap","credential":"${credential}","adopt":true} once more, which runs: ${left.slice(0, 3).join('; ')}${more}`,
  );
}

function standbyCheck(open: readonly OpenSession[]): Check {
  const name = 'standby sessions';
  if (open.length === 0) return pass(name, 'none');
  const who = open.map(describeSession).join('; ');
  return warn(name, `a rotation is refused while these are open: ${who}`);
}

async function activeLogin(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  { slot, version }: SlotVersion,
): Promise<Check> {
  const name = 'active login';
  const { secretArn } = config.slots[slot];
  let value: Sensitive | null;
  try {
    value = await dependencies.secrets.read(secretArn, { version });
  } catch (error) {
    if (!isDenied(error)) throw error;
    return fail(name, deniedWords(secretArn, error));
  }
  if (value === null) return fail(name, `${slot} has no version ${version}`);
  const { result, detail } = await verdictOn(dependencies, config, { slot, version }, value);
  return result === 'accepted' ? pass(name, detail) : fail(name, detail);
}
