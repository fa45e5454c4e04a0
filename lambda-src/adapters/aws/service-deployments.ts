import {
  DescribeServiceDeploymentsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type Service,
  type ServiceDeploymentBrief,
  type ServiceDeploymentStatus,
} from '@aws-sdk/client-ecs';
import type { Deployment } from '../../core/observation';

/** "You can specify a maximum of 20 ARNs": DescribeServiceDeployments, Amazon ECS API Reference. */
const PER_CALL = 20;
/** "This value can be between 1 and 100": ListServiceDeployments, Amazon ECS API Reference. */
const PER_PAGE = 100;
/** Milliseconds by which a service deployment may be older than the deployment that it brings. */
const OLDER = 60_000;

type EcsDeployment = NonNullable<Service['deployments']>[number];

/** How far a deployment has come; `turning-back` where it failed and ECS has not restored what was before yet. */
export type Progress = Deployment['state'] | 'turning-back';

/**
 * How far deployments have come that say nothing of it themselves: `rolloutState` is only returned for rolling ones ("and
 * that aren't behind a Classic Load Balancer"). Blue/green, linear and canary ones are over when their service deployment
 * is SUCCESSFUL: until its bake time has passed, tasks from before it run on, and ECS may go back to them.
 */
export class ServiceDeployments {
  /** ARNs of service deployments, by deployment id. */
  readonly #arns = new Map<string, string>();
  /** How those ended that have, by deployment id. */
  readonly #ended = new Map<string, Progress>();

  constructor(private readonly client: ECSClient) {}

  /** @returns of every deployment that says nothing itself, by its id; in progress while no service deployment is seen */
  async progressOf(services: readonly Service[]): Promise<ReadonlyMap<string, Progress>> {
    const found = new Map<string, Progress>();
    const known = new Map<string, string>();
    for (const service of services) {
      const unknown: EcsDeployment[] = [];
      for (const deployment of silentOf(service)) {
        const id = deployment.id ?? '';
        const ended = this.#ended.get(id);
        const arn = this.#arns.get(id);
        found.set(id, ended ?? 'in-progress');
        if (ended !== undefined) continue;
        if (arn === undefined) unknown.push(deployment);
        else known.set(arn, id);
      }
      for (const [id, status] of await this.#list(service, unknown)) this.#note(found, id, status);
    }
    for (const [id, status] of await this.#describe(known)) this.#note(found, id, status);
    return found;
  }

  #note(found: Map<string, Progress>, id: string, status: ServiceDeploymentStatus | undefined): void {
    const progress = progressAt(status);
    found.set(id, progress);
    if (progress === 'completed' || progress === 'failed') this.#ended.set(id, progress);
  }

  /** Their ARNs are learned on the way. */
  async #list(
    service: Service,
    deployments: readonly EcsDeployment[],
  ): Promise<ReadonlyMap<string, ServiceDeploymentStatus | undefined>> {
    const byRevision = new Map(deployments.map(({ id = '' }) => [lastPart(id), id]));
    const statuses = new Map<string, ServiceDeploymentStatus | undefined>();
    if (byRevision.size === 0) return statuses;
    const oldest = Math.min(...deployments.map(({ createdAt }) => createdAt?.getTime() ?? 0));
    let nextToken: string | undefined;
    do {
      const page = await this.client.send(
        new ListServiceDeploymentsCommand({
          cluster: service.clusterArn,
          service: service.serviceName,
          createdAt: { after: new Date(Math.max(0, oldest - OLDER)) },
          maxResults: PER_PAGE,
          nextToken,
        }),
      );
      for (const brief of page.serviceDeployments ?? []) {
        const id = byRevision.get(revisionOf(brief));
        if (id === undefined || brief.serviceDeploymentArn === undefined) continue;
        this.#arns.set(id, brief.serviceDeploymentArn);
        statuses.set(id, brief.status);
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined && statuses.size < byRevision.size);
    return statuses;
  }

  async #describe(
    ids: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, ServiceDeploymentStatus | undefined>> {
    const statuses = new Map<string, ServiceDeploymentStatus | undefined>();
    const arns = [...ids.keys()];
    for (let from = 0; from < arns.length; from += PER_CALL) {
      const answer = await this.client.send(
        new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: arns.slice(from, from + PER_CALL) }),
      );
      for (const { serviceDeploymentArn = '', status } of answer.serviceDeployments ?? []) {
        const id = ids.get(serviceDeploymentArn);
        if (id !== undefined) statuses.set(id, status);
      }
    }
    return statuses;
  }
}

/** Those whose `rolloutState` says nothing. */
function silentOf({ deployments = [], deploymentConfiguration }: Service): readonly EcsDeployment[] {
  const rolling = (deploymentConfiguration?.strategy ?? 'ROLLING') === 'ROLLING';
  return deployments.filter(
    ({ id, rolloutState }) => id !== undefined && !(rolling && rolloutState !== undefined),
  );
}

/**
 * The revision that a deployment brings is called after it: `service-revision/CLUSTER/SERVICE/N` where the deployment, and
 * its tasks' startedBy, is `ecs-svc/N`. The reference documents no relation; the AWS provider of Terraform, whose tests run
 * on AWS, finds service deployments by it.
 */
function revisionOf({ targetServiceRevisionArn = '' }: ServiceDeploymentBrief): string {
  return lastPart(targetServiceRevisionArn);
}

function lastPart(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}

function progressAt(status: ServiceDeploymentStatus | undefined): Progress {
  switch (status) {
    case 'SUCCESSFUL':
      return 'completed';
    case 'STOPPED':
    case 'ROLLBACK_SUCCESSFUL':
    case 'ROLLBACK_FAILED':
      return 'failed';
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return 'turning-back';
    case 'PENDING':
    case 'IN_PROGRESS':
    case 'STOP_REQUESTED':
    case undefined:
      return 'in-progress';
  }
}
