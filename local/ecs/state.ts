/** What the local ECS knows: plain records, changed in place by the operations and the scheduler. */

export interface Tag {
  readonly key?: string | undefined;
  readonly value?: string | undefined;
}

/** Request fields that are stored to be answered again, under AWS's names. */
export type Fields = Readonly<Record<string, unknown>>;

export interface ClusterRecord {
  readonly arn: string;
  readonly name: string;
  status: 'ACTIVE' | 'INACTIVE';
  fields: Fields;
  tags: readonly Tag[];
}

export interface NameValue {
  readonly name: string;
  readonly value: string;
}

export interface SecretReference {
  readonly name: string;
  readonly valueFrom: string;
}

/** Times in seconds, as in a task definition. */
export interface ContainerHealthCheck {
  readonly command: readonly string[];
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  readonly startPeriod: number;
}

/** The part of a container definition that decides what runs; the whole of it is in the definition's fields. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly entryPoint: readonly string[];
  /** Entry point and command. */
  readonly argv: readonly string[];
  readonly environment: readonly NameValue[];
  readonly secrets: readonly SecretReference[];
  readonly workingDirectory?: string | undefined;
  /** Seconds. */
  readonly stopTimeout?: number | undefined;
  readonly healthCheck?: ContainerHealthCheck | undefined;
}

export interface TaskDefinitionRecord {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  readonly fields: Fields;
  readonly containers: readonly ContainerSpec[];
  readonly registeredAt: number;
  deregisteredAt?: number;
  tags: readonly Tag[];
}

export type RolloutState = 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

/** A deployment, or of a service under the controller CODE_DEPLOY a task set. */
export interface DeploymentRecord {
  /** `ecs-svc/` and 19 digits. */
  readonly id: string;
  /** DRAINING only of a task set. */
  status: 'PRIMARY' | 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  /** Of a task set: the CodeDeploy deployment that made it. */
  readonly externalId?: string;
  readonly taskDefinition: TaskDefinitionRecord;
  /** The service's fields as they were when this deployment began: what a rollback brings back. */
  readonly fields: Fields;
  /** How many tasks it is to have: the service's count while primary, what is left of it afterwards. */
  desiredCount: number;
  /** Failures that the circuit breaker counts. */
  failedTasks: number;
  /** Failures since a task of it was last healthy: what the delay between attempts grows with. */
  failuresInARow: number;
  /** No task is started before this time. */
  notBefore: number;
  readonly createdAt: number;
  updatedAt: number;
  rolloutState: RolloutState;
  rolloutStateReason: string;
  /** Whether it was ever COMPLETED: only then its tasks are replaced after it has been superseded. */
  completedOnce: boolean;
  /** Whether it is primary because another one failed: a rollback is not rolled back again. */
  isRollback: boolean;
}

/** Of those that AWS has, the ones that come about here. */
export type ServiceDeploymentStatus =
  'IN_PROGRESS' | 'SUCCESSFUL' | 'STOPPED' | 'ROLLBACK_IN_PROGRESS' | 'ROLLBACK_SUCCESSFUL';

/** Of those that AWS has, the ones that last. */
export type LifecycleStage = 'SCALE_UP' | 'PRODUCTION_TRAFFIC_SHIFT' | 'BAKE_TIME' | 'CLEAN_UP';

/** One deployment as the history of a service has it. */
export interface ServiceDeploymentRecord {
  readonly arn: string;
  /** What is being deployed. */
  readonly target: DeploymentRecord;
  /** What was deployed when it began. */
  readonly sources: readonly DeploymentRecord[];
  status: ServiceDeploymentStatus;
  statusReason?: string;
  /** Null for rolling deployments: they have none. */
  stage: LifecycleStage | null;
  /** When the present stage is over, where it waits. */
  stageUntil: number;
  readonly createdAt: number;
  updatedAt: number;
  finishedAt?: number;
  rollback?: { readonly reason: string; readonly startedAt: number; readonly to: DeploymentRecord };
}

export interface ServiceEventRecord {
  readonly id: string;
  readonly createdAt: number;
  readonly message: string;
}

export interface ServiceRecord {
  readonly arn: string;
  readonly name: string;
  readonly clusterArn: string;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  fields: Fields;
  desiredCount: number;
  taskDefinition: TaskDefinitionRecord;
  /** Newest first; those without tasks have left it. */
  deployments: DeploymentRecord[];
  /** Newest first. */
  serviceDeployments: ServiceDeploymentRecord[];
  /** The last deployment that was COMPLETED, also when it has no task any more. */
  lastCompleted?: DeploymentRecord;
  /** Whether the last look found it in its steady state. */
  steady: boolean;
  events: ServiceEventRecord[];
  readonly createdAt: number;
  tags: readonly Tag[];
}

export type TaskStatus =
  'PROVISIONING' | 'PENDING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'DEPROVISIONING' | 'STOPPED';

export type StopCode =
  'TaskFailedToStart' | 'EssentialContainerExited' | 'UserInitiated' | 'ServiceSchedulerInitiated';

export interface TaskRecord {
  readonly arn: string;
  readonly id: string;
  readonly clusterArn: string;
  readonly taskDefinition: TaskDefinitionRecord;
  /** The container that runs, overrides applied. */
  readonly container: ContainerSpec;
  readonly group: string;
  readonly startedBy?: string | undefined;
  /** Set for the tasks of a service. */
  readonly serviceArn?: string | undefined;
  readonly deploymentId?: string | undefined;
  readonly fields: Fields;
  tags: readonly Tag[];
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  healthStatus: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';
  /** Whether it counts towards the minimum healthy percent. */
  healthy: boolean;
  /** Whether its end was asked for (scheduler, person), so that it is no failure. */
  stopRequested: boolean;
  /** Scale-in protection holds until then. */
  protectedUntil?: number | undefined;
  version: number;
  pid?: number;
  createdAt?: number;
  pullStartedAt?: number;
  pullStoppedAt?: number;
  startedAt?: number;
  stoppingAt?: number;
  executionStoppedAt?: number;
  stoppedAt?: number;
  stopCode?: StopCode;
  stoppedReason?: string;
  exitCode?: number;
}

export interface EcsState {
  /** By name. */
  readonly clusters: Map<string, ClusterRecord>;
  /** By ARN, in the order of registration. */
  readonly taskDefinitions: Map<string, TaskDefinitionRecord>;
  /** By ARN. */
  readonly services: Map<string, ServiceRecord>;
  /** By ARN, in the order of creation. */
  readonly tasks: Map<string, TaskRecord>;
}

export function tasksOf(state: EcsState, service: ServiceRecord): TaskRecord[] {
  return [...state.tasks.values()].filter((task) => task.serviceArn === service.arn);
}

/** Whether CodeDeploy deploys it, by task sets, and not ECS. */
export function isOfCodeDeploy({ fields }: Pick<ServiceRecord, 'fields'>): boolean {
  const { deploymentController: controller } = fields;
  return (
    typeof controller === 'object' &&
    controller !== null &&
    'type' in controller &&
    controller.type === 'CODE_DEPLOY'
  );
}

/** The deployment that the service is moving to, or is on. */
export function primaryOf(service: ServiceRecord): DeploymentRecord | undefined {
  return service.deployments.find((deployment) => deployment.status === 'PRIMARY');
}
