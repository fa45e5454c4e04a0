import type { ConsumerObservation, Task } from '../core/observation';

/** What deploys a service of the controller CODE_DEPLOY. */
export interface CodeDeployGroup {
  readonly application: string;
  readonly deploymentGroup: string;
}

/** One ECS service, by cluster name and service name. */
export interface ConsumerName {
  readonly cluster: string;
  readonly service: string;
  /** Of a service of the controller CODE_DEPLOY, and of no other. */
  readonly codeDeploy?: CodeDeployGroup | undefined;
}

/** How record and messages name a consumer: `cluster/service`. */
export function consumerKey({ cluster, service }: ConsumerName): string {
  return `${cluster}/${service}`;
}

/** How ECS replaces the tasks of a service. */
export interface Deploying {
  readonly kind: 'rolling' | 'blue/green' | 'linear' | 'canary' | 'through CodeDeploy';
  /** What a deployment waits by its configuration, traffic steps and bake time together, in seconds. */
  readonly seconds: number;
}

/** A consumer as it is seen, and the task definition it runs. */
export interface ObservedService {
  readonly consumer: Omit<ConsumerObservation, 'tasks'>;
  /** ARN of the primary deployment's task definition; null where the service does not exist. */
  readonly taskDefinition: string | null;
  /** Null where the service does not exist. */
  readonly deploying: Deploying | null;
  /** Why it could not be redeployed, as the end of a sentence that begins with its name; null where it could. */
  readonly obstacle: string | null;
}

/** A deployment that was begun. */
export interface Begun {
  readonly id: string;
  /** By ECS's clock, in milliseconds since the epoch; null where another one tells it. */
  readonly createdAt: number | null;
}

/** A service cannot be redeployed as it is now. */
export class NotDeployableError extends Error {
  override readonly name = 'NotDeployableError';
}

/** ECS as Tandem needs it. */
export interface Services {
  /** @returns in the order asked */
  observe(consumers: readonly ConsumerName[]): Promise<readonly ObservedService[]>;
  /** The tasks that a service started and that are not STOPPED yet, stopping ones included; none where it does not exist. */
  tasks(consumer: ConsumerName): Promise<readonly Task[]>;
  /** Tasks of any revision of a task definition that no service started and that are not STOPPED yet, in one cluster. */
  standaloneTasks(cluster: string, taskDefinition: string): Promise<readonly Task[]>;
  /**
   * Services of a cluster, whoever made them, whose task definition names one of these: secrets by their ARNs, parameters by their names.
   * @param mayGoOn asked before each call: a cluster may have thousands of services, each with a task definition of its own
   * @returns null where it might not go on; the next search finds what this one has learned
   */
  readersIn(
    cluster: string,
    read: readonly string[],
    mayGoOn: () => boolean,
  ): Promise<readonly ConsumerName[] | null>;
  /** Every `valueFrom` that the containers of a task definition read. */
  valuesRead(taskDefinition: string): Promise<readonly string[]>;
  /**
   * Replaces all tasks, the task definition untouched.
   * @returns the new deployment; null where another one is under way and the service takes one at a time, or where the answer
   * does not say which it is: what comes of it is seen later
   * @throws NotDeployableError
   */
  forceDeployment(consumer: ConsumerName): Promise<Begun | null>;
}
