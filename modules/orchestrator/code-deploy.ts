import type { EcsService } from '../credential/patterns';
import { codeDeployGroupArn } from '../credential/patterns';
import type { Account } from '../shared/account';
import { longestOf } from '../shared/measure';
import type { Statement } from '../shared/policy';

/** Characters that naming deployment groups one by one may take: about thirty. An inline policy of a role holds 10,240 in all. */
const ROOM = 2_500;

/**
 * What deploying through CodeDeploy takes: the groups each by name, or where they are too many for a policy, all of the account.
 * Source: README of aws-actions/amazon-ecs-deploy-task-definition, "AWS CodeDeploy Support".
 */
export function codeDeployStatements(account: Account, consumers: readonly EcsService[]): Statement[] {
  const groups = consumers.flatMap(({ codeDeploy }) => codeDeploy ?? []);
  if (groups.length === 0) return [];
  const each = [...new Set(groups.map((group) => codeDeployGroupArn(account, group)))];
  const fits = longestOf(each.join()).length <= ROOM;
  const applications = fits ? [...new Set(groups.map(({ application }) => application))] : ['*'];
  return [
    {
      sid: 'Deployments',
      actions: ['codedeploy:CreateDeployment', 'codedeploy:GetDeployment', 'codedeploy:GetDeploymentGroup'],
      resources: fits ? each : [account.arn('codedeploy', 'deploymentgroup:*')],
    },
    {
      sid: 'DeploymentRevisions',
      actions: ['codedeploy:RegisterApplicationRevision'],
      resources: applications.map((name) => account.arn('codedeploy', `application:${name}`)),
    },
    {
      // How traffic shifts is a setting of the group, which may change.
      sid: 'DeploymentConfigurations',
      actions: ['codedeploy:GetDeploymentConfig'],
      resources: [account.arn('codedeploy', 'deploymentconfig:*')],
    },
  ];
}
