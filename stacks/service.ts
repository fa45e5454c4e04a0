import { DataAwsKmsAlias } from '@cdktf/provider-aws/lib/data-aws-kms-alias';
import { EcsCluster } from '@cdktf/provider-aws/lib/ecs-cluster';
import type { Construct } from 'constructs';
import { adoptedArn, type AdoptedSecret } from '../modules/credential/adopted';
import { clientSecurityGroup } from '../modules/database/access';
import { operationsKeyAlias, secretsKeyAlias } from '../modules/key/names';
import { Network } from '../modules/network/network';
import { Service } from '../modules/service/service';
import { Account } from '../modules/shared/account';
import { activeParameterArn } from './conventions';
import { variablesOf } from './config/resolved';
import type { Configuration } from './config/schema';
import { networkProps } from './network-props';
import { Group, TandemStack } from './tandem-stack';

/** The services that this installation creates. */
export class ServiceStack extends TandemStack {
  private readonly actives = new Map<string, string>();
  private readonly credentials = new Group(this, 'credentials');

  constructor(scope: Construct, id: string, configuration: Configuration) {
    super(scope, id, configuration, 'service');
    const { prefix, network: settings, services } = configuration;
    const kmsKeyArn = configuration.kmsKeyArn ?? this.key('secrets-key', secretsKeyAlias(prefix));
    const logKeyArn =
      configuration.operationsKeyArn ?? this.key('operations-key', operationsKeyAlias(prefix));
    const account = new Account(this, 'account');
    const network = new Network(this, 'network', networkProps(configuration));
    const clusterArn = this.cluster(account);
    this.give('service', { cluster_arn: clusterArn });
    const clients = this.clients(network.vpcId);
    const group = new Group(this, 'services');
    for (const [
      name,
      { desiredCount, targetGroupArn, healthCheckGraceSeconds, ...container },
    ] of Object.entries(services)) {
      new Service(group, name, {
        prefix,
        account,
        name,
        serviceName: this.conventions.service(name),
        clusterArn,
        network,
        subnetIds: settings.serviceSubnetIds ?? network.subnetIds,
        assignPublicIp: settings.assignPublicIp ?? settings.vpcId === undefined,
        clientSecurityGroupIds: clients,
        ...this.delivered(name, account),
        kmsKeyArn,
        adopted: this.adopted(name),
        container,
        desiredCount,
        targetGroupArn,
        healthCheckGraceSeconds,
        logRetention: configuration.logRetentionDays,
        logKeyArn,
      });
    }
  }

  /** @returns the ARN of a key of the installation's own */
  private key(id: string, name: string): string {
    return new DataAwsKmsAlias(this, id, { name }).targetKeyArn;
  }

  /** @returns the ARN */
  private cluster(account: Account): string {
    const { cluster: name } = this.conventions;
    if (this.configuration.cluster !== undefined) return account.arn('ecs', `cluster/${name}`);
    return new EcsCluster(this, 'cluster', {
      name,
      setting: [{ name: 'containerInsights', value: 'enabled' }],
    }).arn;
  }

  private clients(vpcId: string): readonly string[] {
    const { database, prefix, import: imported } = this.configuration;
    return (
      database.existing?.clientSecurityGroupIds ?? [
        imported.securityGroups.databaseClients ?? clientSecurityGroup(this, 'clients', { prefix, vpcId }),
      ]
    );
  }

  /** What the variables of a service are read from. Secrets by ARNs with the six characters that Secrets Manager adds: JSON keys need the whole ARN. */
  private delivered(
    service: string,
    account: Account,
  ): { readonly secrets: Record<string, string>; readonly parameters: Record<string, string> } {
    const secrets: Record<string, string> = {};
    const parameters: Record<string, string> = {};
    for (const [variable, name] of Object.entries(variablesOf(this.configuration, service))) {
      if (this.configuration.credentials[name]?.delivery === 'parameter')
        parameters[variable] = activeParameterArn(account, this.configuration, name);
      else secrets[variable] = this.active(name);
    }
    return { secrets, parameters };
  }

  /** Active secrets that were there before, of the credentials that a service reads. */
  private adopted(service: string): AdoptedSecret[] {
    return Object.values(variablesOf(this.configuration, service)).flatMap((name) => {
      const adopt = this.configuration.credentials[name]?.adopt;
      return adopt === undefined ? [] : [{ arn: this.active(name), keyArn: adopt.keyArn }];
    });
  }

  private active(credential: string): string {
    const known = this.actives.get(credential);
    if (known !== undefined) return known;
    const name =
      this.configuration.credentials[credential]?.adopt?.secret ??
      this.conventions.secret(credential, 'active');
    const arn = adoptedArn(this.credentials, `${credential}-active`, name);
    this.actives.set(credential, arn);
    return arn;
  }
}
