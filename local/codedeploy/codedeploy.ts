import type { z } from 'zod';
import { AwsError, type JsonService } from '../endpoint/seams';
import { begin, fail, type CodeDeploySettings, type DeployContext } from './deploy';
import { requests, type RequestOf } from './requests';
import { isUnderWay, type CodeDeployState, type DeploymentRecord, type GroupRecord } from './state';

export type { CodeDeploySettings } from './deploy';

const defaultSettings: CodeDeploySettings = { minuteMs: 60_000, steadyWithinMs: 3_600_000, pollMs: 20 };

export interface CodeDeployOptions extends Omit<DeployContext, 'settings'> {
  readonly settings?: Partial<CodeDeploySettings>;
}

/** Builds the local CodeDeploy: blue/green deployments of ECS services, all traffic at once, with a wait and rollbacks. */
export function createCodeDeploy(options: CodeDeployOptions): JsonService {
  const context: DeployContext = { ...options, settings: { ...defaultSettings, ...options.settings } };
  const state: CodeDeployState = { applications: new Map() };
  const handlers: Readonly<Record<string, (input: unknown) => object>> = {
    CreateApplication: served(requests.CreateApplication, ({ applicationName }) => {
      if (state.applications.has(applicationName))
        throw new AwsError('ApplicationAlreadyExistsException', 'The application name already exists.');
      state.applications.set(applicationName, new Map());
      return { applicationId: context.newId() };
    }),
    CreateDeploymentGroup: served(requests.CreateDeploymentGroup, (request) =>
      createGroup(context, state, request),
    ),
    GetDeploymentGroup: served(requests.GetDeploymentGroup, (request) => ({
      deploymentGroupInfo: groupView(findGroup(state, request)),
    })),
    CreateDeployment: served(requests.CreateDeployment, (request) => {
      const group = findGroup(state, request);
      const [latest] = group.deployments;
      if (latest !== undefined && isUnderWay(latest))
        throw new AwsError(
          'DeploymentLimitExceededException',
          `The Deployment Group '${group.name}' already has an active Deployment '${latest.id}'`,
        );
      return { deploymentId: begin(context, group, request.revision.appSpecContent.content).id };
    }),
    GetDeployment: served(requests.GetDeployment, ({ deploymentId }) => ({
      deploymentInfo: deploymentView(findDeployment(state, deploymentId)),
    })),
    StopDeployment: served(requests.StopDeployment, ({ deploymentId, autoRollbackEnabled }) => {
      const deployment = findDeployment(state, deploymentId);
      if (!isUnderWay(deployment))
        throw new AwsError('DeploymentAlreadyCompletedException', 'The deployment is already complete.');
      const rollsBack = autoRollbackEnabled ?? deployment.group.rollsBack;
      fail(context, deployment, 'Stopped', { error: 'The deployment was stopped.', rollsBack });
      return { status: 'Succeeded' };
    }),
  };
  return {
    operations: new Set(Object.keys(handlers)),
    handle: ({ operation, input }) => Promise.resolve().then(() => dispatch(handlers, operation, input)),
    close: () => Promise.resolve(),
  };
}

function dispatch(
  handlers: Readonly<Record<string, (input: unknown) => object>>,
  operation: string,
  input: unknown,
): object {
  const handler = Object.hasOwn(handlers, operation) ? handlers[operation] : undefined;
  if (handler === undefined)
    throw new AwsError('UnknownOperationException', `The local CodeDeploy does not serve ${operation}.`);
  return handler(input);
}

function served<Schema extends z.ZodType>(schema: Schema, handle: (request: z.infer<Schema>) => object) {
  return (input: unknown) => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return handle(parsed.data);
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new AwsError('ValidationException', wrong.join('; '));
  };
}

function createGroup(
  context: DeployContext,
  state: CodeDeployState,
  request: RequestOf<'CreateDeploymentGroup'>,
): object {
  const { applicationName, deploymentGroupName, serviceRoleArn, ecsServices } = request;
  const groups = groupsOf(state, applicationName);
  if (groups.has(deploymentGroupName))
    throw new AwsError('DeploymentGroupAlreadyExistsException', 'The deployment group name already exists.');
  const [{ clusterName: cluster, serviceName: service } = { clusterName: '', serviceName: '' }] = ecsServices;
  const ending = request.blueGreenDeploymentConfiguration?.terminateBlueInstancesOnDeploymentSuccess;
  const id = context.newId();
  groups.set(deploymentGroupName, {
    ...{ id, serviceRoleArn, deployments: [] },
    application: applicationName,
    name: deploymentGroupName,
    service: { cluster, service },
    terminationWait: ending?.terminationWaitTimeInMinutes ?? 0,
    rollsBack: request.autoRollbackConfiguration?.enabled ?? false,
  });
  return { deploymentGroupId: id };
}

function groupsOf(state: CodeDeployState, application: string): Map<string, GroupRecord> {
  const groups = state.applications.get(application);
  if (groups !== undefined) return groups;
  throw new AwsError('ApplicationDoesNotExistException', `No application found for name: ${application}`);
}

function findGroup(
  state: CodeDeployState,
  { applicationName, deploymentGroupName }: RequestOf<'GetDeploymentGroup'>,
): GroupRecord {
  const group = groupsOf(state, applicationName).get(deploymentGroupName);
  if (group !== undefined) return group;
  throw new AwsError(
    'DeploymentGroupDoesNotExistException',
    `No Deployment Group found for name: ${deploymentGroupName}`,
  );
}

function findDeployment(state: CodeDeployState, id: string): DeploymentRecord {
  const groups = [...state.applications.values()].flatMap((application) => [...application.values()]);
  const found = groups.flatMap(({ deployments }) => deployments).find((deployment) => deployment.id === id);
  if (found !== undefined) return found;
  throw new AwsError('DeploymentDoesNotExistException', `The deployment ${id} could not be found`);
}

const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);

function groupView(group: GroupRecord): object {
  const last = (deployment: DeploymentRecord | undefined) =>
    deployment && {
      deploymentId: deployment.id,
      status: deployment.status,
      createTime: seconds(deployment.createdAt),
      endTime: seconds(deployment.completedAt),
    };
  return {
    applicationName: group.application,
    deploymentGroupId: group.id,
    deploymentGroupName: group.name,
    deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
    serviceRoleArn: group.serviceRoleArn,
    autoRollbackConfiguration: { enabled: group.rollsBack },
    blueGreenDeploymentConfiguration: {
      terminateBlueInstancesOnDeploymentSuccess: {
        action: 'TERMINATE',
        terminationWaitTimeInMinutes: group.terminationWait,
      },
      deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT', waitTimeInMinutes: 0 },
    },
    computePlatform: 'ECS',
    ecsServices: [{ clusterName: group.service.cluster, serviceName: group.service.service }],
    lastAttemptedDeployment: last(group.deployments[0]),
    lastSuccessfulDeployment: last(group.deployments.find(({ status }) => status === 'Succeeded')),
  };
}

function deploymentView(deployment: DeploymentRecord): object {
  const { group, takesBack, takenBackBy } = deployment;
  const rollback = { rollbackDeploymentId: takenBackBy, rollbackTriggeringDeploymentId: takesBack };
  return {
    applicationName: group.application,
    deploymentGroupName: group.name,
    deploymentId: deployment.id,
    status: deployment.status,
    creator: deployment.creator,
    createTime: seconds(deployment.createdAt),
    completeTime: seconds(deployment.completedAt),
    revision: { revisionType: 'AppSpecContent', appSpecContent: { content: deployment.content } },
    ...(deployment.error === undefined ? {} : { errorInformation: { message: deployment.error } }),
    ...(takesBack === undefined && takenBackBy === undefined ? {} : { rollbackInfo: rollback }),
    computePlatform: 'ECS',
  };
}
