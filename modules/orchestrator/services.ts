import type { EcsService } from '../credential/patterns';
import type { Account } from '../shared/account';
import { longestOf } from '../shared/measure';
import { stem } from '../shared/naming';
import type { Statement } from '../shared/policy';

/** Characters that naming services one by one may take: about sixty. An inline policy of a role holds 10,240 in all. */
const ROOM_FOR_SERVICES = 5_000;

/**
 * The services that may be redeployed: each by name. Where they are too many for a policy, those of this installation by
 * what their names begin with, others by their clusters.
 */
function serviceArns(account: Account, prefix: string, consumers: readonly EcsService[]): string[] {
  const own = `${stem(prefix)}-`;
  const arns = (name: (service: string) => string) => [
    ...new Set(
      consumers.map(({ cluster, service }) => account.arn('ecs', `service/${cluster}/${name(service)}`)),
    ),
  ];
  const each = arns((service) => service);
  if (longestOf(each.join()).length <= ROOM_FOR_SERVICES) return each;
  return arns((service) => (service.startsWith(own) ? `${own}*` : '*'));
}

/** Where CodeDeploy deploys, UpdateService is refused. */
function updateStatements(account: Account, prefix: string, consumers: readonly EcsService[]): Statement[] {
  const updated = consumers.filter(({ codeDeploy }) => codeDeploy === undefined);
  if (updated.length === 0) return [];
  return [
    {
      sid: 'Services',
      actions: ['ecs:UpdateService'],
      resources: serviceArns(account, prefix, updated),
    },
  ];
}

/** Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon Elastic Container Service". */
export function serviceStatements(
  account: Account,
  prefix: string,
  consumers: readonly EcsService[],
): Statement[] {
  const clusters = [...new Set(consumers.map(({ cluster }) => cluster))];
  return [
    ...updateStatements(account, prefix, consumers),
    {
      // Every service of the clusters: those that read a credential and that nobody registered are looked for.
      sid: 'LookAtServices',
      actions: ['ecs:DescribeServices', 'ecs:ListServiceDeployments'],
      resources: clusters.map((cluster) => account.arn('ecs', `service/${cluster}/*`)),
    },
    {
      sid: 'ServiceDeployments',
      actions: ['ecs:DescribeServiceDeployments'],
      resources: clusters.map((cluster) => account.arn('ecs', `service-deployment/${cluster}/*`)),
    },
    {
      sid: 'Tasks',
      actions: ['ecs:DescribeTasks'],
      resources: clusters.map((cluster) => account.arn('ecs', `task/${cluster}/*`)),
    },
    {
      // Neither knows a resource that a service or a Fargate task has; the cluster is a condition.
      sid: 'Lists',
      actions: ['ecs:ListServices', 'ecs:ListTasks'],
      resources: ['*'],
      condition: [
        {
          test: 'ArnEquals',
          variable: 'ecs:cluster',
          values: clusters.map((cluster) => account.arn('ecs', `cluster/${cluster}`)),
        },
      ],
    },
    {
      // DescribeTaskDefinition knows neither resource nor condition.
      sid: 'TaskDefinitions',
      actions: ['ecs:DescribeTaskDefinition'],
      resources: ['*'],
    },
  ];
}
