import { DataAwsSecretsmanagerSecret } from '@cdktf/provider-aws/lib/data-aws-secretsmanager-secret';
import { EcsCluster } from '@cdktf/provider-aws/lib/ecs-cluster';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { secretName } from '../lambda-src/contract/names';
import { clientSecurityGroup } from '../modules/database/access';
import { Network } from '../modules/network/network';
import { Service } from '../modules/service/service';
import { Account } from '../modules/shared/account';
import { variablesOf } from './config/resolved';
import type { Configuration } from './config/schema';
import { networkProps } from './network-props';
import { TandemStack } from './tandem-stack';

/** The services that this installation creates. */
export class ServiceStack extends TandemStack {
  private readonly actives = new Map<string, string>();

  constructor(scope: Construct, id: string, configuration: Configuration) {
    super(scope, id, configuration);
    const { prefix, network: settings, kmsKeyArn, services } = configuration;
    const account = new Account(this, 'account');
    const network = new Network(this, 'network', networkProps(configuration));
    const clusterParts = this.cluster();
    const clients = this.clients(network.vpcId);
    for (const [name, { desiredCount, targetGroupArn, ...container }] of Object.entries(services)) {
      const service = new Service(this, name, {
        prefix,
        account,
        name,
        serviceName: this.conventions.service(name),
        cluster: this.conventions.cluster,
        network,
        subnetIds: settings.serviceSubnetIds ?? network.subnetIds,
        assignPublicIp: settings.assignPublicIp ?? settings.vpcId === undefined,
        clientSecurityGroupIds: clients,
        secrets: this.secrets(name),
        ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
        container,
        desiredCount,
        targetGroupArn,
        logRetention: configuration.logRetentionDays,
      });
      service.node.addDependency(...clusterParts);
    }
  }

  private cluster(): (ITerraformDependable & EcsCluster)[] {
    if (this.configuration.cluster !== undefined) return [];
    return [
      new EcsCluster(this, 'cluster', {
        name: this.conventions.cluster,
        setting: [{ name: 'containerInsights', value: 'enabled' }],
      }),
    ];
  }

  private clients(vpcId: string): readonly string[] {
    const { database, prefix } = this.configuration;
    return database.existing?.clientSecurityGroupIds ?? [clientSecurityGroup(this, 'clients', { prefix, vpcId })];
  }

  /** ARNs of the `active` secrets, with the six characters that Secrets Manager adds: JSON keys need the whole ARN. */
  private secrets(service: string): Record<string, string> {
    const variables = variablesOf(this.configuration, service);
    return Object.fromEntries(Object.entries(variables).map(([variable, name]) => [variable, this.active(name)]));
  }

  private active(credential: string): string {
    const known = this.actives.get(credential);
    if (known !== undefined) return known;
    const name = secretName(this.configuration.prefix, credential, 'active');
    const { arn } = new DataAwsSecretsmanagerSecret(this, `${credential}-active`, { name });
    this.actives.set(credential, arn);
    return arn;
  }
}
