import {
  ApplicationDoesNotExistException,
  type CodeDeployClient,
  CreateDeploymentCommand,
  DeploymentGroupDoesNotExistException,
  DeploymentLimitExceededException,
  type DeploymentStatus,
  GetDeploymentCommand,
  GetDeploymentGroupCommand,
  type LastDeploymentInfo,
} from '@aws-sdk/client-codedeploy';
import type { Deployment } from '../../core/observation';
import type { CodeDeployGroup } from '../../ports/services';

/** The latest deployment of a group. */
export interface LatestDeployment extends Pick<Deployment, 'id' | 'state' | 'createdAt'> {
  /** Whether CodeDeploy itself began it, to take another one back. */
  readonly isRollback: boolean;
}

/** What CodeDeploy says of a deployment group. */
export interface DeploymentGroup {
  /** The services that it deploys, each `cluster/service`. */
  readonly services: readonly string[];
  /** For how long tasks of the deployment before run on beside those of a new one, in seconds. */
  readonly terminationWait: number;
  /** Null where there was none yet. */
  readonly latest: LatestDeployment | null;
}

/** Deployments of ECS services through AWS CodeDeploy. */
export class CodeDeployDeployments {
  /** Whether a deployment takes another one back, by its id: that never changes. */
  readonly #rollbacks = new Map<string, boolean>();

  constructor(private readonly client: CodeDeployClient) {}

  /** @returns null where application or group do not exist */
  async groupOf({ application, deploymentGroup }: CodeDeployGroup): Promise<DeploymentGroup | null> {
    try {
      const { deploymentGroupInfo: info = {} } = await this.client.send(
        new GetDeploymentGroupCommand({ applicationName: application, deploymentGroupName: deploymentGroup }),
      );
      const { terminateBlueInstancesOnDeploymentSuccess: ending } =
        info.blueGreenDeploymentConfiguration ?? {};
      return {
        services: (info.ecsServices ?? []).map(
          ({ clusterName = '', serviceName = '' }) => `${clusterName}/${serviceName}`,
        ),
        terminationWait: (ending?.terminationWaitTimeInMinutes ?? 0) * 60,
        latest: await this.#latest(info.lastAttemptedDeployment),
      };
    } catch (error) {
      if (error instanceof ApplicationDoesNotExistException) return null;
      if (error instanceof DeploymentGroupDoesNotExistException) return null;
      throw error;
    }
  }

  /**
   * @param content the AppSpec
   * @returns its id; null where another one is under way, for a group has one at a time, or where the answer names none
   */
  async create({ application, deploymentGroup }: CodeDeployGroup, content: string): Promise<string | null> {
    try {
      const { deploymentId } = await this.client.send(
        new CreateDeploymentCommand({
          applicationName: application,
          deploymentGroupName: deploymentGroup,
          revision: { revisionType: 'AppSpecContent', appSpecContent: { content } },
        }),
      );
      return deploymentId ?? null;
    } catch (error) {
      if (error instanceof DeploymentLimitExceededException) return null;
      throw error;
    }
  }

  async #latest(info: LastDeploymentInfo | undefined): Promise<LatestDeployment | null> {
    const id = info?.deploymentId;
    if (id === undefined) return null;
    const createdAt = info?.createTime?.getTime() ?? 0;
    return { id, state: stateOf(info?.status), createdAt, isRollback: await this.#isRollback(id) };
  }

  /** "These rolled-back deployments are technically new deployments, with new deployment IDs": CodeDeploy User Guide. */
  async #isRollback(deploymentId: string): Promise<boolean> {
    const known = this.#rollbacks.get(deploymentId);
    if (known !== undefined) return known;
    const { deploymentInfo } = await this.client.send(new GetDeploymentCommand({ deploymentId }));
    const isRollback = deploymentInfo?.creator === 'codeDeployRollback';
    this.#rollbacks.set(deploymentId, isRollback);
    return isRollback;
  }
}

/** Succeeded comes after the termination wait: until then the deployment is in progress. */
function stateOf(status: DeploymentStatus | undefined): Deployment['state'] {
  switch (status) {
    case 'Succeeded':
      return 'completed';
    case 'Failed':
    case 'Stopped':
      return 'failed';
    case 'Created':
    case 'Queued':
    case 'InProgress':
    case 'Baking':
    case 'Ready':
    case undefined:
      return 'in-progress';
  }
}
