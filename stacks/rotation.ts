import type { Construct } from 'constructs';
import { Alarms } from '../modules/alarms/alarms';
import { Dashboard } from '../modules/alarms/dashboard';
import { UnexpectedReaders } from '../modules/alarms/readers';
import { AlarmTopic } from '../modules/alarms/topic';
import { Trail, trailArn } from '../modules/alarms/trail';
import type { AdoptedSecret } from '../modules/credential/adopted';
import { Credential } from '../modules/credential/credential';
import { SecretPolicies } from '../modules/credential/policies';
import { CredentialRotation } from '../modules/credential/rotation';
import { Sweep } from '../modules/credential/sweep';
import { WakeUps } from '../modules/credential/wake-ups';
import type { Zip } from '../modules/function/function';
import { Endpoints } from '../modules/network/endpoints';
import { OperationsKey, readersKeyUse } from '../modules/key/operations-key';
import { SecretsKey } from '../modules/key/secrets-key';
import { Network } from '../modules/network/network';
import { Orchestrator } from '../modules/orchestrator/orchestrator';
import { Rotator, ROTATOR_TIMEOUT } from '../modules/rotator/rotator';
import { Account } from '../modules/shared/account';
import type { Statement } from '../modules/shared/policy';
import { documentBase, resolvedCredentials, type ResolvedCredential } from './config/resolved';
import { rolesOf } from './config/role';
import { activeReaders } from './config/readers';
import type { Configuration } from './config/schema';
import { hasOneSecrets, hasParameters, schedulesOf, secretsOf, secretsRead } from './config/strategy';
import { importedSecrets, namedIn } from './conventions';
import { databaseAccess } from './database-access';
import { networkProps } from './network-props';
import { Group, TandemStack } from './tandem-stack';

/** The code of both functions. */
export interface Zips {
  readonly rotator: Zip;
  readonly orchestrator: Zip;
}

/** The secrets, their rotation, and the two functions. */
export class RotationStack extends TandemStack {
  private readonly account: Account;
  private readonly kmsKeyArn: string;
  /** Key of logs and alarms. */
  private readonly operationsKeyArn: string;
  private readonly groups = {
    credentials: new Group(this, 'credentials'),
    rotations: new Group(this, 'rotations'),
    policies: new Group(this, 'policies'),
    wakeUps: new Group(this, 'wake-ups'),
  };

  constructor(scope: Construct, id: string, configuration: Configuration, zips: Zips) {
    super(scope, id, configuration, 'rotation');
    this.account = new Account(this, 'account');
    const { prefix, protect } = configuration;
    const own = { prefix, account: this.account, protect };
    this.kmsKeyArn =
      configuration.kmsKeyArn ??
      new SecretsKey(this, 'secrets-key', { ...own, parameters: hasParameters(configuration) }).arn;
    this.operationsKeyArn =
      configuration.operationsKeyArn ??
      new OperationsKey(this, 'operations-key', { ...own, more: this.moreOperations() }).arn;
    const resolved = resolvedCredentials(configuration, this.conventions);
    const credentials = resolved.map((one) => ({ ...one, credential: this.credential(one) }));
    const adopted = credentials.flatMap(({ configuration: { adopt }, credential: { secrets } }) =>
      adopt === undefined || secrets.active === undefined
        ? []
        : [{ arn: secrets.active, keyArn: adopt.keyArn }],
    );
    const rotator = this.rotator(zips.rotator, adopted);
    const orchestrator = new Orchestrator(this, 'orchestrator', {
      ...this.common(),
      adopted,
      oneSecret: hasOneSecrets(configuration),
      consumers: resolved.flatMap(({ consumers }) => consumers),
      rotator,
      zip: zips.orchestrator,
    });
    const bootstrapped = credentials.map((one) => this.rotation(one, one.credential, rotator));
    orchestrator.listen(bootstrapped);
    this.alarms(credentials, rotator, orchestrator);
    for (const one of credentials) {
      const { credential, consumers, group, name } = one;
      const { roleArn: rotatorRoleArn } = rotator;
      this.policies(one, credential, { rotatorRoleArn, orchestratorRoleArn: orchestrator.roleArn });
      new WakeUps(this.groups.wakeUps, `${name}-wake-ups`, {
        prefix,
        account: this.account,
        credential,
        consumers,
        group: group[0] ?? name,
        queueArn: orchestrator.queueArn,
      });
    }
    new Sweep(this, 'sweep', {
      prefix: configuration.prefix,
      credentials: credentials.map(({ name, group }) => ({ name, group: group[0] ?? name })),
      queueArn: orchestrator.queueArn,
      minutes: configuration.sweepMinutes,
    });
  }

  /** Who may read and rotate. Services of this installation are known by the names that their roles will have. */
  private policies(
    { name, configuration }: ResolvedCredential,
    credential: Credential,
    functions: { readonly rotatorRoleArn: string; readonly orchestratorRoleArn: string },
  ): void {
    const { operatorRoleArns } = this.configuration;
    new SecretPolicies(this.groups.policies, `${name}-policies`, {
      ...functions,
      credential,
      readerRoleArns: activeReaders(this.account, this.configuration, configuration),
      read: secretsRead(configuration.delivery),
      operatorRoleArns,
      // The policy of a secret that others made is theirs, unless it is asked for.
      kinds: secretsOf(configuration).filter(
        (kind) => kind !== 'active' || configuration.adopt?.ownPolicy !== false,
      ),
    });
  }

  private common() {
    const { prefix, logRetentionDays } = this.configuration;
    return {
      prefix,
      importedSecrets: importedSecrets(this.configuration),
      account: this.account,
      logRetention: logRetentionDays,
      logKeyArn: this.operationsKeyArn,
      kmsKeyArn: this.kmsKeyArn,
      parameters: hasParameters(this.configuration),
    };
  }

  private alarms(
    resolved: readonly (ResolvedCredential & { readonly credential: Credential })[],
    rotator: Rotator,
    orchestrator: Orchestrator,
  ): void {
    const { prefix, alarms, sweepMinutes } = this.configuration;
    const { deadLetterQueue } = orchestrator;
    const topicArn =
      alarms.topicArn ??
      new AlarmTopic(this, 'alarm-topic', {
        prefix,
        account: this.account,
        keyArn: this.operationsKeyArn,
        rules: alarms.readers !== undefined,
        emails: alarms.emails,
      }).arn;
    this.readers(resolved, [rotator.roleArn, orchestrator.roleArn], topicArn);
    const credentials = resolved.map(({ name, configuration: { maxAgeDays } }) => ({
      name,
      ...(maxAgeDays === undefined ? {} : { maxAgeDays }),
    }));
    const { arns } = new Alarms(this, 'alarms', {
      prefix,
      credentials,
      deadLetterQueue,
      sweepMinutes,
      topicArn,
    });
    this.give('rotation', {
      active_secret_arns: Object.fromEntries(
        resolved.map((one) => [one.name, namedIn(this.account, prefix, one)]),
      ),
      alarm_topic_arn: topicArn,
      orchestrator_function_name: orchestrator.functionName,
      rotator_function_name: rotator.functionName,
      secrets_key_arn: this.kmsKeyArn,
    });
    if (!alarms.dashboard) return;
    new Dashboard(this, 'dashboard', {
      prefix,
      region: this.account.region,
      credentials,
      alarmArns: arns,
      functionNames: [rotator.functionName, orchestrator.functionName],
      deadLetterQueue,
    });
  }

  private moreOperations(): Statement[] {
    const { prefix, alarms } = this.configuration;
    if (alarms.readers === undefined) return [];
    const own = alarms.readers.trailArn === undefined ? trailArn(this.account, prefix) : null;
    return readersKeyUse(this.account, own);
  }

  /** @param functionRoleArns roles of the functions */
  private readers(
    resolved: readonly ResolvedCredential[],
    functionRoleArns: readonly string[],
    topicArn: string,
  ): void {
    const { prefix, alarms, operatorRoleArns, logRetentionDays, protect } = this.configuration;
    if (alarms.readers === undefined) return;
    const { account, operationsKeyArn: keyArn } = this;
    if (alarms.readers.trailArn === undefined) {
      new Trail(this, 'trail', { prefix, account, keyArn, retentionDays: logRetentionDays, protect });
    }
    new UnexpectedReaders(this, 'readers', {
      prefix,
      account,
      everywhere: [...functionRoleArns, ...operatorRoleArns],
      credentials: resolved.map(({ name, configuration }) => ({
        name,
        slots: secretsOf(configuration)
          .filter((kind) => !secretsRead(configuration.delivery).includes(kind))
          .map((kind) => this.conventions.secret(name, kind)),
        read: secretsRead(configuration.delivery).map((kind) => this.conventions.secret(name, kind)),
        readerRoleArns: activeReaders(account, this.configuration, configuration),
      })),
      topicArn,
    });
  }

  private credential(resolved: ResolvedCredential): Credential {
    const { prefix, protect } = this.configuration;
    return new Credential(this.groups.credentials, resolved.name, {
      prefix,
      document: { ...documentBase(this.configuration, resolved), rotatorTimeoutSeconds: ROTATOR_TIMEOUT },
      users: resolved.users,
      kmsKeyArn: this.kmsKeyArn,
      protect,
      adopted: resolved.configuration.adopt?.secret,
    });
  }

  private rotator(zip: Zip, adopted: readonly AdoptedSecret[]): Rotator {
    const { database } = this.configuration;
    const network = new Network(this, 'network', networkProps(this.configuration));
    const endpoints = this.configuration.network.endpoints ? this.endpoints(network) : null;
    return new Rotator(this, 'rotator', {
      ...this.common(),
      adopted,
      database: databaseAccess(this, 'database', this.configuration, network.vpcId),
      vpcId: network.vpcId,
      subnetIds: network.subnetIds,
      zip,
      ...(database.caBundle === undefined ? {} : { caBundle: database.caBundle }),
      ...(endpoints === null ? {} : { endpointsSecurityGroupId: endpoints.securityGroupId }),
      after: endpoints?.ready ?? [],
    });
  }

  private endpoints(network: Network): Endpoints {
    const { prefix, network: settings } = this.configuration;
    return new Endpoints(this, 'endpoints', {
      prefix,
      account: this.account,
      network,
      ...(settings.taskRouteTableIds === undefined ? {} : { taskRouteTableIds: settings.taskRouteTableIds }),
    });
  }

  private rotation(resolved: ResolvedCredential, credential: Credential, rotator: Rotator) {
    return new CredentialRotation(this.groups.rotations, `${resolved.name}-rotation`, {
      credential,
      roles: rolesOf(resolved.name, resolved.configuration),
      schedules: schedulesOf(resolved.configuration),
      rotator,
      protect: this.configuration.protect,
    }).bootstrapped;
  }
}
