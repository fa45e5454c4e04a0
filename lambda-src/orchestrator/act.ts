import { parameterName } from '../contract/names';
import type { Evidence } from '../contract/record';
import type { Action } from '../core/action';
import type { Verification } from '../core/observation';
import { withConsumer, type CredentialRecord } from '../core/record';
import { AWSPENDING } from '../ports/secrets';
import { consumerKey } from '../ports/services';
import type { OrchestratorDependencies } from './dependencies';
import type { Look } from './observe';
import { publish } from './publish';
import { actOnFormer } from './former';
import { unregisteredConsumers } from './unregistered';
import { writeRecord } from './write-record';

/** What an action leaves for the next look. */
export interface Acted {
  /** False where there is nothing to do but wait for the next wake-up. */
  readonly again: boolean;
  readonly verification: Verification | null;
}

/** Performs one action. Every part of it may be repeated. */
export async function act(
  dependencies: OrchestratorDependencies,
  look: Look,
  action: Action,
): Promise<Acted> {
  const { config, observation } = look;
  switch (action.kind) {
    case 'wait':
      return { again: false, verification: null };
    case 'verify': {
      const { result, detail } = await dependencies.rotator.verify(config.credential, action.target);
      const verification = { target: action.target, revision: observation.revision, result, detail };
      return { again: true, verification };
    }
    case 'publish':
      await publish(dependencies, config, action.target);
      return { again: true, verification: observation.verification };
    case 'write-record':
      if (action.evidence !== undefined)
        await writeEvidence(dependencies, look, action.record, action.evidence);
      await writeRecord(dependencies, config, action.record);
      break;
    case 'force-deployment':
      await force(dependencies, look, action.consumer);
      break;
    case 'unstage': {
      const { slot, version } = action.target;
      await dependencies.secrets.moveLabel(config.slots[slot].secretArn, AWSPENDING, {
        from: version,
        to: null,
      });
      break;
    }
    case 'retire':
    case 'restore':
    case 'terminate':
      await actOnFormer(dependencies, look, action);
      break;
    case 'rotate':
      await dependencies.secrets.rotate(config.slots[action.slot].secretArn, action.token);
      break;
  }
  return { again: true, verification: null };
}

/**
 * UpdateService has no token, so the intent is noted before and the id after: a crash between them is then
 * known, and what appeared is adopted before another deployment is forced.
 */
async function force(
  dependencies: OrchestratorDependencies,
  { config, observation }: Look,
  name: string,
): Promise<void> {
  const { record } = observation;
  const consumer = config.consumers.find((candidate) => consumerKey(candidate) === name);
  if (record === null || consumer === undefined) return;
  const intended = withConsumer(record, name, { intendedAt: dependencies.clock.now() });
  await writeRecord(dependencies, config, intended);
  const { id, createdAt } = await dependencies.services.forceDeployment(consumer);
  // What ECS began just now need not be visible yet, however long the intent took to be written.
  const intendedAt = dependencies.clock.now();
  const forced = withConsumer(intended, name, { deployment: id, newSince: createdAt, intendedAt });
  await writeRecord(dependencies, config, forced);
}

/** Written before the record settles: a rotation without evidence is worse than evidence written twice. */
async function writeEvidence(
  dependencies: OrchestratorDependencies,
  { config, observation }: Look,
  settled: CredentialRecord,
  outcome: Evidence['outcome'],
): Promise<void> {
  const { parameters, environment } = dependencies;
  const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
  const evidence: Evidence = {
    schema: 1,
    credential: config.credential,
    outcome,
    slot: settled.active.slot,
    version: settled.active.version,
    previous: settled.previous,
    startedAt: iso(observation.record?.since ?? settled.since),
    flippedAt: iso(settled.flippedAt ?? settled.since),
    settledAt: iso(settled.since),
    consumers: Object.keys(settled.consumers),
    unregistered: await unregisteredConsumers(dependencies, config),
    reason: settled.reason,
  };
  await parameters.put(
    parameterName(environment.prefix, config.credential, 'evidence'),
    JSON.stringify(evidence),
  );
}
