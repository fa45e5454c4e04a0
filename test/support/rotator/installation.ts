import {
  CancelRotateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { DeleteParameterCommand } from '@aws-sdk/client-ssm';
import { Client } from 'pg';
import type { CredentialDocument } from '../../../lambda-src/contract/config-document';
import { STEPS, type Step } from '../../../lambda-src/contract/events';
import { parameterName, type ParameterKind, type SecretKind } from '../../../lambda-src/contract/names';
import { parseRecord } from '../../../lambda-src/contract/record';
import type { CredentialRecord } from '../../../lambda-src/core/record';
import type { Slot } from '../../../lambda-src/core/slot';
import type { RotatorDependencies } from '../../../lambda-src/rotator/dependencies';
import { rotate } from '../../../lambda-src/rotator/rotation';
import { FUNCTION_ARN, token, until } from '../../local/endpoint/target';
import type { RotatorRig } from './rig';
import type { CollectedTelemetry } from './telemetry';

/** What a credential's roles and parameters are called. */
export interface Names {
  /** Part of every name below, and of no other installation's. */
  readonly tag: string;
  readonly prefix: string;
  readonly database: string;
  readonly admin: string;
  readonly owner: string;
  readonly users: Readonly<Record<Slot, string>>;
}

/** A value of a slot, or of `active`. */
export interface Value {
  readonly username: string;
  readonly password: string;
  readonly url: string;
  readonly [key: string]: unknown;
}

interface Parts {
  readonly rig: RotatorRig;
  readonly names: Names;
  readonly arns: Readonly<Record<SecretKind, string>>;
  readonly adminArn: string;
  readonly dependencies: RotatorDependencies;
  readonly telemetry: CollectedTelemetry;
}

let rotations = 0;

/** One credential, as a test drives and sees it. */
export class Installation {
  readonly rig: RotatorRig;
  readonly names: Names;
  readonly arns: Readonly<Record<SecretKind, string>>;
  readonly adminArn: string;
  readonly dependencies: RotatorDependencies;
  readonly telemetry: CollectedTelemetry;

  constructor(private readonly parts: Parts) {
    this.rig = parts.rig;
    this.names = parts.names;
    this.arns = parts.arns;
    this.adminArn = parts.adminArn;
    this.dependencies = parts.dependencies;
    this.telemetry = parts.telemetry;
  }

  /** The same credential, where one of its secrets is another one now. */
  withArn(kind: SecretKind, arn: string): Installation {
    return new Installation({ ...this.parts, arns: { ...this.arns, [kind]: arn } });
  }

  /** RotateSecret: leaves AWSPENDING on a version without a value. @returns its token */
  async begin(slot: Slot): Promise<string> {
    rotations += 1;
    const ClientRequestToken = token(`rotation-${String(rotations)}`);
    await this.secrets.send(
      new RotateSecretCommand({
        SecretId: this.arns[slot],
        ClientRequestToken,
        RotationLambdaARN: FUNCTION_ARN,
      }),
    );
    const { steps } = this.rig.target.functions;
    await until('Secrets Manager gave up', () =>
      steps.some((step) => step.ClientRequestToken === ClientRequestToken),
    );
    return ClientRequestToken;
  }

  /** One step, as Secrets Manager invokes it; what it throws is kept for the search for leaks. */
  async step(slot: Slot, version: string, Step: Step, dependencies = this.dependencies): Promise<void> {
    const event = { SecretId: this.arns[slot], ClientRequestToken: version, Step };
    await this.noted(rotate(dependencies, event));
  }

  /** Waits for work whose error, if any, is kept for the search for leaks. */
  async noted<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      this.rig.errors.push(error);
      throw error;
    }
  }

  /** All four steps. */
  async complete(slot: Slot, version: string, dependencies = this.dependencies): Promise<void> {
    for (const step of STEPS) await this.step(slot, version, step, dependencies);
  }

  /** Labels by version. */
  async labels(kind: SecretKind): Promise<Record<string, string[]>> {
    const { VersionIdsToStages = {} } = await this.secrets.send(
      new DescribeSecretCommand({ SecretId: this.arns[kind] }),
    );
    return VersionIdsToStages;
  }

  /** The version that carries a label. */
  async versionWith(kind: SecretKind, label: string): Promise<string | undefined> {
    return Object.entries(await this.labels(kind)).find(([, labels]) => labels.includes(label))?.[0];
  }

  async text(kind: SecretKind, VersionId?: string): Promise<string> {
    const { SecretString = '' } = await this.secrets.send(
      new GetSecretValueCommand({ SecretId: this.arns[kind], VersionId }),
    );
    return SecretString;
  }

  async value(kind: SecretKind, version?: string): Promise<Value> {
    return JSON.parse(await this.text(kind, version)) as Value;
  }

  /** Writes a value as somebody else would. @returns its version */
  async write(
    kind: SecretKind | 'admin',
    value: object,
    label = 'AWSCURRENT',
    version?: string,
  ): Promise<string> {
    if ('password' in value && typeof value.password === 'string' && value.password !== '')
      this.rig.keepSecret(value.password);
    return await this.writeText(kind, JSON.stringify(value), label, version);
  }

  async writeText(
    kind: SecretKind | 'admin',
    SecretString: string,
    label = 'AWSCURRENT',
    version?: string,
  ): Promise<string> {
    rotations += 1;
    const ClientRequestToken = version ?? token(`written-${String(rotations)}`);
    const SecretId = kind === 'admin' ? this.adminArn : this.arns[kind];
    await this.secrets.send(
      new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString, VersionStages: [label] }),
    );
    return ClientRequestToken;
  }

  async takeOff(kind: SecretKind, VersionStage: string, RemoveFromVersionId: string): Promise<void> {
    await this.secrets.send(
      new UpdateSecretVersionStageCommand({ SecretId: this.arns[kind], VersionStage, RemoveFromVersionId }),
    );
  }

  /** Turns the rotation of a secret on without rotating it, as an apply does. */
  async enableRotation(kind: SecretKind): Promise<void> {
    rotations += 1;
    const ClientRequestToken = token(`enabled-${String(rotations)}`);
    await this.secrets.send(
      new RotateSecretCommand({
        SecretId: this.arns[kind],
        ClientRequestToken,
        RotationLambdaARN: FUNCTION_ARN,
        RotateImmediately: false,
      }),
    );
    await until('Secrets Manager took its AWSPENDING away', async () => {
      const labels = await this.labels(kind);
      return labels[ClientRequestToken] === undefined;
    });
  }

  async cancelRotation(slot: Slot): Promise<void> {
    await this.secrets.send(new CancelRotateSecretCommand({ SecretId: this.arns[slot] }));
  }

  async parameter(kind: ParameterKind): Promise<string | undefined> {
    const name = this.nameOf(kind);
    return (await this.dependencies.parameters.get([name])).get(name)?.value;
  }

  async setParameter(kind: ParameterKind, value: string): Promise<void> {
    await this.dependencies.parameters.put(this.nameOf(kind), value);
  }

  async deleteParameter(kind: ParameterKind): Promise<void> {
    await this.rig.target.ssm.send(new DeleteParameterCommand({ Name: this.nameOf(kind) }));
  }

  async record(): Promise<CredentialRecord> {
    const record = parseRecord((await this.parameter('record')) ?? '');
    if (record === null) throw new Error('there is no readable record');
    return record;
  }

  async changeRecord(change: Partial<CredentialRecord>): Promise<void> {
    await this.setParameter('record', JSON.stringify({ ...(await this.record()), ...change }));
  }

  async changeDocument(change: Partial<CredentialDocument>): Promise<void> {
    const document = JSON.parse((await this.parameter('config')) ?? '') as CredentialDocument;
    await this.setParameter('config', JSON.stringify({ ...document, ...change }));
  }

  /** A session as an application opens one: by the URL alone. */
  async open(url: string, applicationName = 'app'): Promise<Client> {
    const client = new Client({ connectionString: url, application_name: applicationName });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** The role that a session works as, or the SQLSTATE of the refusal. */
  async workingAs(url: string): Promise<string> {
    try {
      const client = await this.open(url);
      try {
        const { rows } = await client.query<{ name: string }>('SELECT current_user::text AS name');
        return rows[0]?.name ?? '';
      } finally {
        await client.end();
      }
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  }

  /** Gives a user another password, as somebody with psql would. */
  async alterByHand(user: string, password: string): Promise<void> {
    this.rig.keepSecret(password);
    await this.rig.test.server.queryUnlogged(`ALTER ROLE ${user} PASSWORD '${password}'`);
  }

  /** What the admin changed on the server since a mark of the rig's log. */
  effects(since = 0): string[] {
    return this.rig.log.effectsOf(this.names.admin, since);
  }

  /** Connections of the rotator for this credential since a mark of the rig's log. */
  connections(since = 0): number {
    const { admin, users } = this.names;
    return this.rig.log.connectionsOf([admin, users.blue, users.green], since);
  }

  /** Waits until the server has ended every session of a slot's user. */
  async drained(slot: Slot): Promise<void> {
    await until(`the sessions of ${slot} have ended`, async () => {
      const open = await this.rig.test.server.query('SELECT FROM pg_stat_activity WHERE usename = $1', [
        this.names.users[slot],
      ]);
      return open.length === 0;
    });
  }

  /** Drops the database, where a test file makes so many that to remove them all at its end would take long. */
  async dropDatabase(): Promise<void> {
    await this.rig.test.server.query(`DROP DATABASE ${this.names.database} WITH (FORCE)`);
  }

  private get secrets() {
    return this.rig.target.secrets;
  }

  private nameOf(kind: ParameterKind): string {
    return parameterName(this.names.prefix, 'app', kind);
  }
}
