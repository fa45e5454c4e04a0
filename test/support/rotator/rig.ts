import { randomBytes } from 'node:crypto';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { SsmParameterStore } from '../../../lambda-src/adapters/aws/parameter-store';
import { SecretsManagerStore } from '../../../lambda-src/adapters/aws/secrets-manager';
import { createDatabase } from '../../../lambda-src/adapters/postgres/database';
import type { CredentialDocumentInput } from '../../../lambda-src/contract/config-document';
import { parameterName, secretName, SECRETS, type SecretKind } from '../../../lambda-src/contract/names';
import type { Sensitive } from '../../../lambda-src/core/sensitive';
import { hasOneSecret, type Strategy } from '../../../lambda-src/core/strategy';
import { bootstrap } from '../../../lambda-src/rotator/bootstrap';
import type { RotatorDependencies } from '../../../lambda-src/rotator/dependencies';
import type { Endpoint } from '../../../lambda-src/ports/database';
import { startTarget, type Target } from '../../local/endpoint/target';
import { startTestServer, type TestServer } from '../postgres';
import { createAdmin } from './admins';
import { Installation, type Names } from './installation';
import { ServerLog } from './server-log';
import { CollectedTelemetry, shownWhole } from './telemetry';

/** Generous: the machine may be busy. */
const TIMEOUTS = { connectMs: 30_000, statementMs: 30_000, lockMs: 60_000 };

export interface InstallOptions {
  /** False leaves the installation as an apply does before it invokes bootstrap. @default true */
  readonly bootstrapped?: boolean;
  /** @default dual-user */
  readonly strategy?: Strategy;
  readonly document?: Partial<CredentialDocumentInput>;
}

/**
 * The rotator's use cases over its real adapters: a PostgreSQL server, and the local AWS endpoint. One rig
 * for a test file; each test installs a credential of its own, whose names no other shares.
 */
export class RotatorRig {
  readonly log: ServerLog;
  /** Every text that was stored as a value of a secret, and every admin's password. */
  readonly #secrets = new Set<string>();
  readonly #telemetries: CollectedTelemetry[] = [];
  /** Everything that a step or a use case has thrown. */
  readonly errors: unknown[] = [];

  private constructor(
    readonly test: TestServer,
    readonly target: Target,
  ) {
    this.log = new ServerLog(test.server.logFile);
  }

  /** In `beforeAll`, with {@link stop} in `afterAll`. */
  static async start(): Promise<RotatorRig> {
    const test = await startTestServer();
    const target = await startTarget();
    // Steps are driven by the tests: what Secrets Manager itself invokes fails and changes nothing.
    target.functions.onStep = () => Promise.resolve('driven by the test');
    return new RotatorRig(test, target);
  }

  async stop(): Promise<void> {
    await this.target.close();
    await this.test.stop();
  }

  /** Fresh roles, database, secrets and parameters, with an admin of this run's kind. */
  async install(options: InstallOptions = {}): Promise<Installation> {
    const tag = randomBytes(4).toString('hex');
    const prefix = `tandem/t${tag}`;
    const names: Names = {
      tag,
      prefix,
      database: `db_${tag}`,
      admin: `admin_${tag}`,
      owner: `owner_${tag}`,
      users: { blue: `blue_${tag}`, green: `green_${tag}` },
    };
    const { admin: username, database } = names;
    const admin = await createAdmin(this.test.server, { username, database });
    this.#secrets.add(admin.password);
    const adminArn = await this.createSecret(`${prefix}-admin`, JSON.stringify(admin));
    const { strategy = 'dual-user' } = options;
    const arns = await this.createSecrets(prefix, strategy);
    await this.putDocument(names, arns, { strategy, ...usersOf(strategy, names, arns), ...options.document });
    const telemetry = new CollectedTelemetry();
    this.#telemetries.push(telemetry);
    const dependencies = this.dependencies(prefix, adminArn, telemetry);
    const installation = new Installation({ rig: this, names, arns, adminArn, dependencies, telemetry });
    if (options.bootstrapped !== false) await bootstrap(dependencies, 'app');
    return installation;
  }

  private async createSecrets(prefix: string, strategy: Strategy): Promise<Record<SecretKind, string>> {
    const active = await this.createSecret(secretName(prefix, 'app', 'active'));
    const arns = { blue: active, green: active, active };
    if (hasOneSecret(strategy)) return arns;
    for (const kind of SECRETS)
      if (kind !== 'active') arns[kind] = await this.createSecret(secretName(prefix, 'app', kind));
    return arns;
  }

  /** Every secret text that a log, telemetry or an error shows. It must be empty: I5. */
  leaks(): string[] {
    const shown = [
      this.log.text(),
      ...this.#telemetries.map((telemetry) => telemetry.text()),
      ...this.errors.map(shownWhole),
    ];
    const everything = shown.join('\n');
    return [...this.#secrets].filter((secret) => everything.includes(secret));
  }

  /** How many secret texts {@link leaks} looks for. */
  get secretsKnown(): number {
    return this.#secrets.size;
  }

  /** Notes a text that must be seen nowhere. */
  keepSecret(text: string): void {
    this.#secrets.add(text);
  }

  private async createSecret(Name: string, SecretString?: string): Promise<string> {
    const { ARN = '' } = await this.target.secrets.send(
      new CreateSecretCommand({ Name, ...(SecretString === undefined ? {} : { SecretString }) }),
    );
    return ARN;
  }

  private async putDocument(
    { prefix, database, owner, users }: Names,
    arns: Readonly<Record<SecretKind, string>>,
    overrides: Partial<CredentialDocumentInput>,
  ): Promise<void> {
    const document: CredentialDocumentInput = {
      schema: 1,
      credential: 'app',
      strategy: 'dual-user',
      delivery: 'secret',
      database,
      ownDatabase: true,
      ownerRole: owner,
      slots: {
        blue: { user: users.blue, secretArn: arns.blue },
        green: { user: users.green, secretArn: arns.green },
      },
      activeSecretArn: arns.active,
      urlOptions: `sslmode=verify-full&sslrootcert=${this.test.server.caFile}`,
      consumers: [{ cluster: 'shop', service: 'web' }],
      ...overrides,
    };
    const Name = parameterName(prefix, 'app', 'config');
    await this.target.ssm.send(
      new PutParameterCommand({ Name, Value: JSON.stringify(document), Type: 'String' }),
    );
  }

  private dependencies(
    prefix: string,
    adminSecretArn: string,
    telemetry: CollectedTelemetry,
  ): RotatorDependencies {
    const { server } = this.test;
    const secrets = new SecretsManagerStore(this.target.secrets);
    const put = secrets.put.bind(secrets);
    secrets.put = (arn: string, token: string, value: Sensitive, label: string) => {
      const { password } = JSON.parse(value.reveal()) as { password: string };
      this.keepSecret(password);
      return put(arn, token, value, label);
    };
    const writer: Endpoint = { host: server.host, port: server.port };
    const database = { writer, readers: [], lockDatabase: 'postgres', adminSecretArn, timeouts: TIMEOUTS };
    return {
      environment: { prefix, database, caBundle: server.caPem, importedSecrets: {} },
      database: createDatabase({ ...database, caPem: server.caPem, randomBytes }),
      secrets,
      parameters: new SsmParameterStore(this.target.ssm),
      clock: this.target.time,
      pause: () => Promise.reject(new Error('nothing here has to be waited for')),
      randomBytes,
      telemetry,
    };
  }
}

/** Of one user, both slots are the same. */
function usersOf(
  strategy: Strategy,
  { users: { blue } }: Names,
  { active }: Record<SecretKind, string>,
): Partial<CredentialDocumentInput> {
  const slot = { user: blue, secretArn: active };
  return strategy === 'single' ? { slots: { blue: slot, green: slot } } : {};
}
