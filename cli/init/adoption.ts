import { CREDENTIAL_PATTERN } from '../../lambda-src/contract/names';
import type { Draft, DraftCredential, DraftServer } from './draft';
import type { AccountFacts, Login, SecretFacts, ServerFacts, ServiceFacts } from './facts';

/** A configuration for what an account has, and what a person should know of it. */
export interface Adoption {
  readonly draft: Pick<Draft, 'network' | 'database' | 'server' | 'credentials'>;
  readonly remarks: readonly string[];
}

/** What the command line says of an account, and looking cannot tell. */
export interface Told {
  /** Identifier of the server, where services use several. */
  readonly server?: string;
  readonly database?: string;
  readonly adminSecretArn?: string;
  readonly clientSecurityGroupIds?: readonly string[];
}

/** "must have at most": the configuration takes so many groups. */
const MOST_GROUPS = 4;

/** A secret that services read, with its login. */
interface Usage {
  readonly secret: SecretFacts;
  readonly login: Login;
  readonly services: readonly ServiceFacts[];
}

/** Puts together what belongs together. @returns the problems, each with its fix, where it cannot be done */
export function adoptionOf(facts: AccountFacts, told: Told): Adoption | readonly string[] {
  const used = facts.servers.flatMap((server) => {
    const usages = usagesOf(facts, server);
    return usages.length === 0 ? [] : [{ server, usages }];
  });
  const named =
    told.server === undefined ? used : used.filter(({ server }) => server.identifier === told.server);
  const [chosen, ...others] = named;
  if (chosen === undefined) return [nothingUsed(facts, told.server)];
  if (others.length > 0) {
    const names = named.map(({ server }) => server.identifier).join(', ');
    return [
      `services use several servers, and an installation is for one: give --server with one of ${names}`,
    ];
  }
  return adopted(facts, chosen.server, chosen.usages, told);
}

function nothingUsed({ servers, services, secrets }: AccountFacts, named: string | undefined): string {
  if (named !== undefined && !servers.some(({ identifier }) => identifier === named))
    return `there is no server ${named} of PostgreSQL here: there are ${servers.map(({ identifier }) => identifier).join(', ') || 'none'}`;
  if (servers.length === 0)
    return 'no RDS instance or Aurora cluster of PostgreSQL was found in this account and region';
  if (secrets.length === 0)
    return `none of ${services.length} services reads a secret of Secrets Manager: store the login in one, and name it in the task definition`;
  const whys = secrets.map(({ arn, login }) =>
    typeof login === 'string' ? `${arn} ${login}` : `${arn} logs in on ${login.host}`,
  );
  const hosts = servers.flatMap(({ hosts }) => hosts).filter((host) => host !== '');
  return `no service reads a secret that logs in on ${hosts.join(' or ')}: ${whys.join('; ')}`;
}

function usagesOf({ secrets, services }: AccountFacts, { hosts }: ServerFacts): Usage[] {
  return secrets.flatMap((secret) => {
    const { login } = secret;
    if (typeof login === 'string' || !hosts.includes(login.host)) return [];
    return [
      { secret, login, services: services.filter(({ secretArns }) => secretArns.includes(secret.arn)) },
    ];
  });
}

function adopted(
  facts: AccountFacts,
  server: ServerFacts,
  usages: readonly Usage[],
  told: Told,
): Adoption | readonly string[] {
  const problems: string[] = [];
  const adminSecretArn = told.adminSecretArn ?? null;
  if (adminSecretArn === null && server.adminSecretArn === null)
    problems.push(
      `RDS does not manage the password of ${server.adminUser} on ${server.identifier}: give --admin-secret with the ARN of a secret that holds username and password of an admin`,
    );
  const groups = told.clientSecurityGroupIds ?? groupsOf(server, usages);
  if (groups.length === 0)
    problems.push(
      'no security group is known whose members may connect to the database: give --client-security-group',
    );
  const database =
    told.database ?? usages.find(({ login }) => login.database !== null)?.login.database ?? null;
  if (database === null) problems.push('the secrets name no database: give --database');
  const credentials = credentialsOf(usages);
  if (credentials.length === 0)
    problems.push(
      'none of the services that use it is under the deployment controller ECS, which alone is found by this command',
    );
  if (problems.length > 0 || database === null) return problems;
  const found: DraftServer = {
    ...server,
    adminSecretArn,
    clientSecurityGroupIds: groups.slice(0, MOST_GROUPS),
  };
  const { vpcId, subnetIds } = server;
  const network = vpcId === null || subnetIds.length === 0 ? null : { vpcId, subnetIds };
  return { draft: { network, database, server: found, credentials }, remarks: remarksOn(facts, usages) };
}

/** Those who connect today may; the rotator will be one of them. */
function groupsOf(server: ServerFacts, usages: readonly Usage[]): string[] {
  const services = usages.flatMap(({ services }) =>
    services.flatMap(({ securityGroupIds }) => securityGroupIds),
  );
  return services.length > 0 ? [...new Set(services)] : [...server.securityGroupIds];
}

function credentialsOf(usages: readonly Usage[]): DraftCredential[] {
  const names = new Set<string>();
  return firstOfEachUser(usages).flatMap(({ secret, login, services }) => {
    const served = services.filter(({ controller }) => controller === 'ECS');
    if (served.length === 0) return [];
    const name = uniqueName(login.user, names);
    names.add(name);
    return [
      {
        name,
        consumers: served.map(({ cluster, service }) => ({ cluster, service })),
        adopt: { secret: secret.arn, user: login.user, keyArn: secret.keyArn },
        readerRoleArns: [...new Set(services.flatMap(({ executionRoleArn }) => executionRoleArn ?? []))],
      },
    ];
  });
}

/** One user is rotated by one credential. */
function firstOfEachUser(usages: readonly Usage[]): Usage[] {
  const first = new Map(usages.toReversed().map((usage) => [usage.login.user, usage]));
  return usages.filter((usage) => first.get(usage.login.user) === usage);
}

function uniqueName(user: string, taken: ReadonlySet<string>): string {
  const cleaned = user.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, 36);
  const stem = CREDENTIAL_PATTERN.test(cleaned) ? cleaned : `app-${cleaned}`.slice(0, 36);
  let name = stem;
  for (let count = 2; taken.has(name); count += 1) name = `${stem}-${count}`;
  return name;
}

function remarksOn({ secrets }: AccountFacts, usages: readonly Usage[]): string[] {
  const taken = firstOfEachUser(usages);
  return [
    ...usages
      .filter((usage) => !taken.includes(usage))
      .map(
        ({ secret, login }) =>
          `${secret.arn} is left out: another secret holds the same user, ${login.user}; let its services read that one.`,
      ),
    ...taken.flatMap(({ secret: { arn, rotated }, login, services }) => [
      ...(rotated
        ? [
            `${arn} has a rotation of its own: cancel it before you adopt, with aws secretsmanager cancel-rotate-secret.`,
          ]
        : []),
      ...(login.otherKeys.length === 0
        ? []
        : [
            `${arn} has keys that the first rotation would drop, so its adoption is refused: ${login.otherKeys.join(', ')}.`,
          ]),
      ...services
        .filter(({ controller }) => controller !== 'ECS')
        .map(
          ({ cluster, service, controller }) =>
            `${cluster}/${service} is left out: its deployment controller is ${controller}. ${controller === 'CODE_DEPLOY' ? 'Add it with controller: CODE_DEPLOY and the names under codeDeploy.' : 'Only what deploys it can redeploy it.'}`,
        ),
      ...services
        .filter(({ executionRoleArn }) => executionRoleArn === null)
        .map(
          ({ cluster, service }) =>
            `${cluster}/${service} has no execution role: add the role that starts its tasks to readerRoleArns.`,
        ),
    ]),
    ...secrets
      .filter(({ arn }) => !usages.some(({ secret }) => secret.arn === arn))
      .map(
        ({ arn, login }) =>
          `${arn} is left out: it ${typeof login === 'string' ? login : `logs in on ${login.host}`}.`,
      ),
  ];
}
