import type { Account } from '../shared/account';
import { splitPattern } from '../shared/event-pattern';

export interface EcsService {
  readonly cluster: string;
  readonly service: string;
  /** What deploys it, where that is CodeDeploy. */
  readonly codeDeploy?: CodeDeployGroup;
}

export interface CodeDeployGroup {
  readonly application: string;
  readonly deploymentGroup: string;
}

export function codeDeployGroupArn(
  account: Account,
  { application, deploymentGroup }: CodeDeployGroup,
): string {
  return account.arn('codedeploy', `deploymentgroup:${application}/${deploymentGroup}`);
}

/** An event pattern, and what to call its rule. */
export interface Pattern {
  readonly id: string;
  readonly json: string;
}

/** What a credential consists of, as far as a change of it matters. */
export interface Watched {
  readonly secretArns: readonly string[];
  /** Parameters that containers read. */
  readonly parameterArns: readonly string[];
}

/**
 * Everything after which a credential should be looked at: a label of its secrets that moved, a write of a parameter that
 * containers read, a deployment of its services, by ECS or by CodeDeploy, the end of one of their tasks. As few patterns as hold them: a bus has 300 rules.
 */
export function wakePatterns(
  account: Account,
  { secretArns, parameterArns }: Watched,
  services: readonly EcsService[],
): Pattern[] {
  const ofParameters = parameterArns.length > 0;
  // The resources of these kinds of events differ, so one pattern can ask for any.
  const changes = (some: readonly EcsService[]) => {
    const groups = some.flatMap(({ codeDeploy }) => codeDeploy ?? []);
    const deployed = groups.length > 0;
    return JSON.stringify({
      source: [
        'aws.secretsmanager',
        ...(ofParameters ? ['aws.ssm'] : []),
        'aws.ecs',
        ...(deployed ? ['aws.codedeploy'] : []),
      ],
      'detail-type': [
        'Secret Label Updated',
        ...(ofParameters ? ['Parameter Store Change'] : []),
        'ECS Deployment State Change',
        ...(deployed ? ['CodeDeploy Deployment State-change Notification'] : []),
      ],
      resources: [
        ...secretArns,
        ...parameterArns,
        ...some.map(({ cluster, service }) => account.arn('ecs', `service/${cluster}/${service}`)),
        ...groups.map((group) => codeDeployGroupArn(account, group)),
      ],
    });
  };
  return [
    ...splitPattern(services, changes).map((json, index) => ({ id: `changes-${index + 1}`, json })),
    ...splitPattern(services, (some) => tasks(account, some)).map((json, index) => ({
      id: `tasks-${index + 1}`,
      json,
    })),
  ];
}

/** Clusters and groups multiply: a service of the same name in another of these clusters wakes too, which does no harm. */
function tasks(account: Account, services: readonly EcsService[]): string {
  const clusters = [...new Set(services.map(({ cluster }) => cluster))];
  return JSON.stringify({
    source: ['aws.ecs'],
    'detail-type': ['ECS Task State Change'],
    detail: {
      clusterArn: clusters.map((cluster) => account.arn('ecs', `cluster/${cluster}`)),
      group: services.map(({ service }) => `service:${service}`),
      lastStatus: ['STOPPED'],
    },
  });
}
