import type { ConsumerObservation } from '../core/observation';

/** One ECS service, by cluster name and service name. */
export interface ConsumerName {
  readonly cluster: string;
  readonly service: string;
}

/** How record and messages name a consumer: `cluster/service`. */
export function consumerKey({ cluster, service }: ConsumerName): string {
  return `${cluster}/${service}`;
}

/** A consumer as it is seen, and the task definition it runs. */
export interface ObservedService {
  readonly consumer: ConsumerObservation;
  /** ARN of the primary deployment's task definition; null where the service does not exist. */
  readonly taskDefinition: string | null;
}

/** ECS as Tandem needs it. */
export interface Services {
  /**
   * @param withTasks whether tasks are listed too, running and stopping ones
   * @returns in the order asked
   */
  observe(consumers: readonly ConsumerName[], withTasks: boolean): Promise<readonly ObservedService[]>;
  /** Every `valueFrom` that the containers of a task definition read. */
  valuesRead(taskDefinition: string): Promise<readonly string[]>;
  /** Replaces all tasks, the task definition untouched. @returns the new deployment's id */
  forceDeployment(consumer: ConsumerName): Promise<string>;
}
