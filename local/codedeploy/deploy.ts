import { createHash } from 'node:crypto';
import type { Clock, EventSink, Place, TaskSets, Timers } from '../endpoint/seams';
import { taskDefinitionIn } from './requests';
import { isUnderWay, type DeploymentRecord, type GroupRecord } from './state';

/** Every timing of the local CodeDeploy. */
export interface CodeDeploySettings {
  /** How long one minute of a wait lasts here, in milliseconds. */
  readonly minuteMs: number;
  /** How long a replacement task set may take to become steady, in milliseconds. CodeDeploy: an hour. */
  readonly steadyWithinMs: number;
  /** Between two looks at a task set, in milliseconds. */
  readonly pollMs: number;
}

export interface DeployContext {
  readonly place: Place;
  readonly clock: Clock;
  readonly timers: Timers;
  /** A new unique text at each call. */
  readonly newId: () => string;
  readonly events: EventSink;
  readonly taskSets: TaskSets;
  readonly settings: CodeDeploySettings;
}

/** Begins a deployment: a new task set beside the one that serves, which traffic shifts to and which then replaces it. */
export function begin(context: DeployContext, group: GroupRecord, content: string): DeploymentRecord {
  const definition = taskDefinitionIn(content);
  const deployment = newDeployment(context, group, { content, creator: 'user' });
  const { service } = group;
  const id = context.taskSets.create(service, deployment.id, definition);
  deployment.replacement = id;
  deployment.status = 'InProgress';
  const steadyBy = context.clock.now() + context.settings.steadyWithinMs;
  const isSteady = () => context.taskSets.isSteady(service, id);
  const late = () =>
    context.clock.now() > steadyBy && 'The replacement task set did not become steady in time.';
  when(context, deployment, isSteady, late, () => {
    context.taskSets.serve(service, id);
    const until = context.clock.now() + group.terminationWait * context.settings.minuteMs;
    when(
      context,
      deployment,
      () => context.clock.now() >= until,
      never,
      () => {
        context.taskSets.drain(service, deployment.original);
        succeedWithout(context, deployment, deployment.original);
      },
    );
  });
  return deployment;
}

/** Ends a deployment that is under way, and takes it back where that is wanted. */
export function fail(
  context: DeployContext,
  deployment: DeploymentRecord,
  status: 'Failed' | 'Stopped',
  { error, rollsBack }: { readonly error: string; readonly rollsBack: boolean },
): void {
  deployment.error = error;
  end(context, deployment, status);
  if (rollsBack) takeBack(context, deployment);
}

/** A rollback is a deployment of its own: traffic goes back to the original task set, and the replacement ends. */
function takeBack(context: DeployContext, failed: DeploymentRecord): void {
  const { group, content, original, replacement } = failed;
  const rollback = newDeployment(context, group, {
    content,
    creator: 'codeDeployRollback',
    takesBack: failed.id,
  });
  failed.takenBackBy = rollback.id;
  rollback.status = 'InProgress';
  context.taskSets.serve(group.service, original);
  if (replacement === null) return;
  context.taskSets.drain(group.service, replacement);
  succeedWithout(context, rollback, replacement);
}

function succeedWithout(context: DeployContext, deployment: DeploymentRecord, taskSet: string): void {
  const isGone = () => !context.taskSets.exists(deployment.group.service, taskSet);
  when(context, deployment, isGone, never, () => end(context, deployment, 'Succeeded'));
}

const never = () => false as const;

/** Looks again and again, as long as the deployment is under way. @param failure why it fails, if it does */
function when(
  context: DeployContext,
  deployment: DeploymentRecord,
  isSo: () => boolean,
  failure: () => string | false,
  then: () => void,
): void {
  context.timers.after(context.settings.pollMs, () => {
    if (!isUnderWay(deployment)) return;
    if (isSo()) {
      then();
      return;
    }
    const error = failure();
    if (error === false) when(context, deployment, isSo, failure, then);
    else fail(context, deployment, 'Failed', { error, rollsBack: deployment.group.rollsBack });
  });
}

function newDeployment(
  context: DeployContext,
  group: GroupRecord,
  given: Pick<DeploymentRecord, 'content' | 'creator' | 'takesBack'>,
): DeploymentRecord {
  const digest = createHash('sha256').update(context.newId()).digest('hex').toUpperCase();
  const deployment: DeploymentRecord = {
    ...given,
    id: `d-${digest.slice(0, 9)}`,
    group,
    status: 'Created',
    replacement: null,
    original: context.taskSets.serving(group.service),
    createdAt: context.clock.now(),
  };
  group.deployments = [deployment, ...group.deployments];
  announce(context, deployment, 'START');
  return deployment;
}

function end(
  context: DeployContext,
  deployment: DeploymentRecord,
  status: 'Succeeded' | 'Failed' | 'Stopped',
) {
  deployment.status = status;
  deployment.completedAt = context.clock.now();
  const states = { Succeeded: 'SUCCESS', Failed: 'FAILURE', Stopped: 'STOP' } as const;
  announce(context, deployment, states[status]);
}

/** Source: "Monitoring deployments with Amazon CloudWatch Events", CodeDeploy User Guide. */
function announce({ events, place }: DeployContext, { id, group }: DeploymentRecord, state: string): void {
  const { application, name } = group;
  const arn = `arn:${place.partition}:codedeploy:${place.region}:${place.accountId}`;
  events.emit({
    source: 'aws.codedeploy',
    detailType: 'CodeDeploy Deployment State-change Notification',
    resources: [`${arn}:application:${application}`, `${arn}:deploymentgroup:${application}/${name}`],
    detail: {
      region: place.region,
      deploymentId: id,
      instanceGroupId: group.id,
      deploymentGroup: name,
      state,
      application,
    },
  });
}
