import { AwsError } from '../endpoint/seams';
import type { Context } from './context';
import { stagesOf, type Secret } from './model';

export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
const PREVIOUS = 'AWSPREVIOUS';

const MAX_LABELS = 20;
const KEPT_VERSIONS = 100;

/**
 * Attaches labels to a version, taking each off the version that had it. When AWSCURRENT moves, AWSPREVIOUS
 * goes to the version it was removed from (Secrets Manager API, "UpdateSecretVersionStage"). Announces the
 * moves.
 * @throws AwsError LimitExceededException past 20 labels of a secret; nothing is changed then
 */
export function attachLabels(
  context: Context,
  secret: Secret,
  labels: readonly string[],
  versionId: string,
): void {
  if (new Set([...secret.labels.keys(), ...labels]).size > MAX_LABELS) {
    throw new AwsError('LimitExceededException', `A secret can have at most ${MAX_LABELS} staging labels.`);
  }
  const moved = labels.filter((label) => secret.labels.get(label) !== versionId);
  for (const label of moved) {
    const from = secret.labels.get(label);
    setLabel(secret, label, versionId);
    if (label === CURRENT && from !== undefined) setLabel(secret, PREVIOUS, from);
  }
  for (const label of moved) announceLabel(context, secret, label, versionId);
}

/** Deleting first keeps the labels in the order in which they were attached. */
function setLabel(secret: Secret, label: string, versionId: string): void {
  secret.labels.delete(label);
  secret.labels.set(label, versionId);
}

/**
 * `Secret Label Updated`, for every label but AWSPENDING and AWSPREVIOUS (Secrets Manager User Guide, "Secret
 * event notifications").
 */
function announceLabel({ events }: Context, secret: Secret, label: string, versionId: string): void {
  if (label === PENDING || label === PREVIOUS) return;
  events.emit({
    source: 'aws.secretsmanager',
    detailType: 'Secret Label Updated',
    resources: [secret.arn],
    detail: { name: secret.name, labelUpdated: label, versionId },
  });
}

/**
 * Removes the oldest unlabelled versions while there are more than 100 versions, but none younger than 24
 * hours, or what the settings say instead (Secrets Manager API, "PutSecretValue").
 */
export function purgeVersions({ versions }: Context, secret: Secret, now: number): void {
  const labelled = new Set(secret.labels.values());
  const candidates = [...secret.versions.values()]
    .filter(({ id, createdAt }) => !labelled.has(id) && now - createdAt > versions.keptMs)
    .sort((a, b) => a.createdAt - b.createdAt);
  const excess = Math.max(0, secret.versions.size - KEPT_VERSIONS);
  for (const { id } of candidates.slice(0, excess)) secret.versions.delete(id);
}

/** What UpdateSecretVersionStage is asked for. */
export interface LabelMove {
  readonly label: string;
  readonly moveTo: string | undefined;
  readonly removeFrom: string | undefined;
}

/**
 * UpdateSecretVersionStage: compare-and-swap on the version that holds the label. "If the label is attached and
 * you either do not specify this parameter, or the version ID does not match, then the operation fails"
 * (Secrets Manager API, "UpdateSecretVersionStage", RemoveFromVersionId).
 */
export function moveLabel(context: Context, secret: Secret, { label, moveTo, removeFrom }: LabelMove): void {
  if (moveTo === undefined && removeFrom === undefined) {
    throw invalid('You must specify at least one of RemoveFromVersionId and MoveToVersionId.');
  }
  for (const versionId of [moveTo, removeFrom]) {
    if (versionId !== undefined && !secret.versions.has(versionId)) {
      const text = `Secrets Manager can't find the specified secret value for VersionId: ${versionId}`;
      throw new AwsError('ResourceNotFoundException', text);
    }
  }
  if (moveTo === undefined && label === CURRENT) {
    const text = `You can only move staging label ${CURRENT} to a different secret version. It can't be completely removed.`;
    throw invalid(text);
  }
  compareHolder(secret, label, moveTo, removeFrom);
  if (moveTo === undefined) secret.labels.delete(label);
  else attachLabels(context, secret, [label], moveTo);
  secret.changedAt = context.clock.now();
}

function compareHolder(
  secret: Secret,
  label: string,
  moveTo: string | undefined,
  removeFrom: string | undefined,
): void {
  const holder = secret.labels.get(label);
  if (removeFrom !== undefined && removeFrom !== holder) {
    throw invalid(
      holder === undefined
        ? `Staging label ${label} is not attached to version ${removeFrom}.`
        : `When you move staging label ${label}, if you specify RemoveFromVersionId, it must be set to the version ` +
            `that currently has the staging label ${label}: ${holder}.`,
    );
  }
  if (removeFrom === undefined && holder !== undefined && holder !== moveTo) {
    throw invalid(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ` +
        `${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
}

function invalid(text: string): AwsError {
  return new AwsError('InvalidParameterException', text);
}

/** The versions that have labels, with them: `VersionIdsToStages`. */
export function versionIdsToStages(secret: Secret): Record<string, string[]> {
  const ids = [...secret.versions.keys()].filter((id) => stagesOf(secret, id).length > 0);
  return Object.fromEntries(ids.map((id) => [id, stagesOf(secret, id)]));
}
