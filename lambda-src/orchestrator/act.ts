import { parameterName } from '../contract/names';
import { evidenceText, type Evidence } from '../contract/record';
import type { Action, RecordWrite } from '../core/action';
import type { Verification } from '../core/observation';
import { withConsumer } from '../core/record';
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

/**
 * Performs one action. Every part of it may be repeated.
 * @param mayGoOn whether there is time for what nothing is decided by
 */
export async function act(
  dependencies: OrchestratorDependencies,
  look: Look,
  action: Action,
  mayGoOn: () => boolean,
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
      if (action.evidence !== undefined) {
        const unregistered = await unregisteredConsumers(dependencies, config, mayGoOn);
        await writeEvidence(dependencies, look, action, { outcome: action.evidence, unregistered });
      }
      await writeRecord(dependencies, config, action.record);
      break;
    case 'force-deployment':
      return { again: await force(dependencies, look, action.consumer), verification: null };
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
      return { again: await actOnFormer(dependencies, look, action), verification: null };
    case 'rotate':
      await dependencies.secrets.rotate(config.slots[action.slot].secretArn, action.token);
      break;
  }
  return { again: true, verification: null };
}

/**
 * UpdateService has no token, so the intent is noted before and the id after: a crash between them is then
 * known, and what appeared is adopted before another deployment is forced.
 * @returns false where no deployment is known to have begun: the intent stays, and what comes of it is waited for
 */
async function force(
  dependencies: OrchestratorDependencies,
  { config, observation }: Look,
  name: string,
): Promise<boolean> {
  const { record } = observation;
  const consumer = config.consumers.find((candidate) => consumerKey(candidate) === name);
  if (record === null || consumer === undefined) return false;
  const intended = withConsumer(record, name, { intendedAt: dependencies.clock.now() });
  await writeRecord(dependencies, config, intended);
  const begun = await dependencies.services.forceDeployment(consumer);
  if (begun === null) return false;
  // What ECS began just now need not be visible yet, however long the intent took to be written.
  const intendedAt = dependencies.clock.now();
  const forced = withConsumer(intended, name, {
    deployment: begun.id,
    newSince: begun.createdAt,
    intendedAt,
  });
  await writeRecord(dependencies, config, forced);
  return true;
}

/** Written before the record says so: a rotation without evidence is worse than evidence written twice. */
async function writeEvidence(
  dependencies: OrchestratorDependencies,
  look: Look,
  write: RecordWrite,
  { outcome, unregistered }: Pick<Evidence, 'outcome' | 'unregistered'>,
): Promise<void> {
  const { parameters, environment } = dependencies;
  const { config } = look;
  const evidence: Evidence = {
    ...{ schema: 1, credential: config.credential, outcome },
    ...(outcome === 'replaced' ? ofLeak(look, write) : ofRotation(look, write)),
    unregistered,
  };
  await parameters.put(
    parameterName(environment.prefix, config.credential, 'evidence'),
    evidenceText(evidence),
  );
}

type Told = Omit<Evidence, 'schema' | 'credential' | 'outcome' | 'unregistered'>;

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

function ofRotation({ observation }: Look, { record: settled }: RecordWrite): Told {
  return {
    ...settled.active,
    previous: settled.previous,
    startedAt: iso(observation.record?.since ?? settled.since),
    flippedAt: iso(settled.flippedAt ?? settled.since),
    settledAt: iso(settled.since),
    consumers: Object.keys(settled.consumers),
    reason: settled.reason,
  };
}

function ofLeak({ observation: { now, record } }: Look, { record: after, why }: RecordWrite): Told {
  const { slot, version, reportedAt } = record?.compromised ?? { ...after.active, reportedAt: now };
  return {
    ...{ slot, version },
    ...{ startedAt: iso(reportedAt), flippedAt: null, settledAt: iso(now) },
    ...{ previous: null, consumers: [], reason: why },
  };
}
