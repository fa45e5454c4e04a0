import { ENTRYPOINT_VARIABLES, versionedKey } from '../lambda-src/contract/delivered';
import type { SecretKind } from '../lambda-src/contract/names';
import { DataAwsKmsAlias } from '@cdktf/provider-aws/lib/data-aws-kms-alias';
import { EcsCluster } from '@cdktf/provider-aws/lib/ecs-cluster';
import type { Construct } from 'constructs';
import { adoptedArn, type AdoptedSecret } from '../modules/credential/adopted';
import { clientSecurityGroup } from '../modules/database/access';
import { operationsKeyAlias, secretsKeyAlias } from '../modules/key/names';
import { Network } from '../modules/network/network';
import { Service, type DeliveredTo } from '../modules/service/service';
import { Account } from '../modules/shared/account';
import { parameterArn } from './conventions';
import { entrypointEnvironment, type ConsumerReference } from './config/consumers';
import { credentialsOf } from './config/resolved';
import type { SecretKey } from './config/separate-keys';
import type { Configuration } from './config/schema';
import { networkProps } from './network-props';
import { Group, TandemStack } from './tandem-stack';

/** The services that this installation creates. */
export class ServiceStack extends TandemStack {
  /** Of secrets, by credential and kind. */
  private readonly arns = new Map<string, string>();
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
        delivered: this.delivered(name, account),
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

  /** What a service is given of its credentials, together. */
  private delivered(service: string, account: Account): DeliveredTo {
    const each = credentialsOf(this.configuration, service).map(({ credential, keys }) =>
      this.deliveredOf(account, credential, keys),
    );
    const arns = (kind: 'secretArns' | 'parameterArns' | 'pointerArns') => [
      ...new Set(each.flatMap((one) => one[kind] ?? [])),
    ];
    return {
      variables: Object.fromEntries(each.flatMap(({ variables }) => Object.entries(variables))),
      environment: Object.fromEntries(each.flatMap(({ environment = {} }) => Object.entries(environment))),
      secretArns: arns('secretArns'),
      parameterArns: arns('parameterArns'),
      pointerArns: arns('pointerArns'),
    };
  }

  /** Secrets are named by ARNs with the six characters that Secrets Manager adds: JSON keys need the whole ARN. */
  private deliveredOf(
    account: Account,
    name: string,
    keys: ConsumerReference['keys'],
  ): Pick<DeliveredTo, 'variables'> & Partial<DeliveredTo> {
    const delivery = this.configuration.credentials[name]?.delivery ?? 'secret';
    switch (delivery) {
      case 'secret': {
        const arn = this.secret(name, 'active');
        // One variable is one read, and cannot tear; each key more is a read of its own.
        return { variables: given(keys, (key) => `${arn}:${key}::`), secretArns: [arn] };
      }
      case 'parameter': {
        const arn = parameterArn(account, this.configuration.prefix, name, 'active');
        return { variables: given(keys, () => arn), parameterArns: [arn] };
      }
      case 'entrypoint': {
        const pointer = parameterArn(account, this.configuration.prefix, name, 'pointer');
        const [blue, green] = [this.secret(name, 'blue'), this.secret(name, 'green')];
        return {
          variables: {
            [ENTRYPOINT_VARIABLES.pointer]: pointer,
            [ENTRYPOINT_VARIABLES.blue]: versionedKey(blue),
            [ENTRYPOINT_VARIABLES.green]: versionedKey(green),
          },
          environment: entrypointEnvironment(Object.keys(keys)),
          secretArns: [blue, green],
          pointerArns: [pointer],
        };
      }
    }
  }

  /** Active secrets that were there before, of the credentials that a service reads. */
  private adopted(service: string): AdoptedSecret[] {
    return credentialsOf(this.configuration, service).flatMap(({ credential: name }) => {
      const adopt = this.configuration.credentials[name]?.adopt;
      return adopt === undefined ? [] : [{ arn: this.secret(name, 'active'), keyArn: adopt.keyArn }];
    });
  }

  private secret(credential: string, kind: SecretKind): string {
    const known = this.arns.get(`${credential}-${kind}`);
    if (known !== undefined) return known;
    const adopted = kind === 'active' ? this.configuration.credentials[credential]?.adopt?.secret : undefined;
    const name = adopted ?? this.conventions.secret(credential, kind);
    const arn = adoptedArn(this.credentials, `${credential}-${kind}`, name);
    this.arns.set(`${credential}-${kind}`, arn);
    return arn;
  }
}

/** The variables of a container, each with what its key is read from. */
function given(
  keys: ConsumerReference['keys'],
  valueFrom: (key: SecretKey) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(keys).map(([variable, key]) => [variable, valueFrom(key)]));
}
