import { EcsServices, type SecretRead } from '../../lambda-src/adapters/aws/ecs';
import type { CredentialDocument } from '../../lambda-src/contract/config-document';
import { deliveredBy, ENTRYPOINT_VARIABLES, type Delivered } from '../../lambda-src/contract/delivered';
import { fail, pass, warn, type Check } from '../../lambda-src/contract/preflight';
import { namesSecret } from '../../lambda-src/core/delivery';
import { SLOTS } from '../../lambda-src/core/slot';
import { type Deploying, type ObservedService } from '../../lambda-src/ports/services';
import type { Installation } from '../installation';
import type { Truth } from '../state';
import { readerChecks } from './readers';

/** Consumers: that they exist, stand still, and read the active secret; and who else reads it. */
export async function serviceChecks(installation: Installation, { config }: Truth): Promise<Check[]> {
  const { prefix, clients } = installation;
  const ecs = new EcsServices(clients.ecs, clients.codeDeploy);
  const readers = await readerChecks(ecs, installation, config);
  if (config.consumers.length === 0)
    return [warn('consumers', 'none is registered: nothing is redeployed after a rotation'), ...readers];
  const observed = await ecs.observe(config.consumers);
  const checks: Check[] = [];
  const delivered = deliveredBy(prefix, config);
  for (const service of observed) checks.push(await consumerCheck(ecs, config, delivered, service));
  return [...checks, ...readers];
}

async function consumerCheck(
  ecs: EcsServices,
  config: CredentialDocument,
  delivered: Delivered,
  { consumer, taskDefinition, deploying, obstacle }: ObservedService,
): Promise<Check> {
  const name = `consumer ${consumer.name}`;
  if (taskDefinition === null || deploying === null)
    return fail(name, 'does not exist, or is inactive: create it, or take it out of the configuration');
  if (obstacle !== null) return fail(name, obstacle);
  const secrets = await ecs.secretsRead(taskDefinition);
  const values = secrets.map(({ valueFrom }) => valueFrom);
  const wrong =
    config.delivery === 'entrypoint'
      ? entrypointProblem(config, delivered, secrets)
      : activeProblem(config, delivered, values);
  if (wrong !== null) return fail(name, `${taskDefinition} ${wrong}`);
  const tooLong = waitsTooLong(name, deploying, config.rollout.deadlineSeconds);
  if (tooLong?.status === 'fail') return tooLong;
  if (config.delivery === 'secret' && !readsOneVariable(delivered, values))
    return warn(
      name,
      'reads single keys, and in the instant of a flip may get the old name with the new password: read the key url',
    );
  const primary = consumer.deployments.find(({ primary }) => primary);
  if (primary?.state === 'failed')
    return fail(name, `its deployment ${primary.id} failed: mend the service before a rotation rolls it`);
  if (primary?.state !== 'completed' && consumer.desiredCount > 0)
    return warn(name, 'a deployment is in progress: a rollout waits for it');
  if (tooLong !== null) return tooLong;
  const shifts = deploying.kind === 'rolling' ? '' : ` (${described(deploying)})`;
  const what = config.delivery === 'entrypoint' ? 'pointer and both slots' : `active ${config.delivery}`;
  return pass(name, `steady${shifts}, and reads the ${what}`);
}

/** A rollout waits for a deployment as long as that does: it is over only when both revisions have run side by side. */
function waitsTooLong(name: string, deploying: Deploying, deadline: number): Check | null {
  const says = `deploys ${described(deploying)}`;
  const raise = (least: number) => `raise rollout.deadlineSeconds (${deadline}) above ${least}`;
  if (deploying.seconds >= deadline)
    return fail(name, `${says}: every rollout would be reverted before; ${raise(deploying.seconds)}`);
  // Half of the deadline may pass in waiting for a deployment that was under way before the flip.
  if (deploying.seconds >= deadline / 2)
    return warn(
      name,
      `${says}: a rollout that begins while somebody deploys may be reverted; ${raise(2 * deploying.seconds)}`,
    );
  return null;
}

function described({ kind, seconds }: Deploying): string {
  return seconds === 0 ? kind : `${kind}, and waits ${seconds / 60} min`;
}

/** What is wrong with a task definition that is to read what is active, as it is now; null where nothing is. */
function activeProblem(
  { activeSecretArn, slots, delivery }: CredentialDocument,
  delivered: Delivered,
  values: readonly string[],
): string | null {
  const { name: read } = delivered;
  // Where there is one secret, it is the one to read.
  const slot = SLOTS.filter((one) => slots[one].secretArn !== activeSecretArn).find((one) =>
    values.some((value) => namesSecret(slots[one].secretArn, value)),
  );
  if (slot !== undefined)
    return `reads the secret of ${slot}, which is not always active: it has to read ${read}`;
  if (delivered.missingFrom(values).length === 0) return null;
  return `does not read ${delivery === 'secret' ? `AWSCURRENT of ${read}` : read}: mend its valueFrom`;
}

/** What is wrong with a task definition whose container picks the user; the script says no more than that it cannot start. */
function entrypointProblem(
  { slots }: CredentialDocument,
  delivered: Delivered,
  secrets: readonly SecretRead[],
): string | null {
  const missing = delivered.missingFrom(secrets.map(({ valueFrom }) => valueFrom));
  if (missing.length > 0) return `does not read ${missing.join(' and ')}: mend its valueFrom`;
  const { pointer, blue, green } = ENTRYPOINT_VARIABLES;
  const wanted = {
    [pointer]: (value: string) => delivered.isNamedBy(value),
    [blue]: (value: string) => namesSecret(slots.blue.secretArn, value),
    [green]: (value: string) => namesSecret(slots.green.secretArn, value),
  };
  const crossed = Object.entries(wanted)
    .filter(([variable, is]) => !secrets.some((read) => read.variable === variable && is(read.valueFrom)))
    .map(([variable]) => variable);
  if (crossed.length === 0) return null;
  return `gives ${crossed.join(' and ')} no value, or another one's: ${pointer} has to read the pointer, ${blue} and ${green} each its own slot`;
}

/** One value cannot be torn: the whole secret, or its key `url`. */
function readsOneVariable(delivered: Delivered, values: readonly string[]): boolean {
  const read = values.filter((value) => delivered.isNamedBy(value));
  return read.every((value) =>
    ['', 'url'].includes(value.slice(delivered.name.length + 1).split(':')[0] ?? ''),
  );
}
