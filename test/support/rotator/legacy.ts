import { Client } from 'pg';
import { catalogue, type Catalogue } from '../../../local/drill/adoption/catalogue';
import {
  createLegacySchema,
  createLegacyUser,
  useEverything,
  type LegacyNames,
} from '../../../local/drill/adoption/legacy';
import {
  bootstrap,
  type BootstrapOptions,
  type BootstrapResult,
} from '../../../lambda-src/rotator/bootstrap';
import type { Slot } from '../../../lambda-src/core/slot';
import { adminKind } from './admins';
import type { Installation } from './installation';
import type { RotatorRig } from './rig';

/** An application with a user, a schema and a secret of its own, and an installation that is to adopt them. */
export class LegacyApplication {
  constructor(
    readonly app: Installation,
    readonly names: LegacyNames,
    readonly password: string,
  ) {}

  /**
   * @param slot what its user becomes. @default blue
   * @param createSchema what it has. @default something of everything that can be owned or granted
   */
  static async start(
    rig: RotatorRig,
    slot: Slot = 'blue',
    createSchema = createLegacySchema,
  ): Promise<LegacyApplication> {
    const app = await rig.install({
      bootstrapped: false,
      document: { adopt: { slot }, ownDatabase: false },
    });
    const { tag, database, admin, users } = app.names;
    const names = {
      database,
      admin,
      user: users[slot],
      neighbour: `neighbour_${tag}`,
      reader: `reader_${tag}`,
      team: `team_${tag}`,
    };
    const password = `legacy/${tag}+%40`;
    await createLegacyUser(rig.test.server, names, password);
    await createSchema(rig.test.server, names);
    const legacy = new LegacyApplication(app, names, password);
    await app.write('active', legacy.value());
    return legacy;
  }

  /** What its secret says. */
  value(change: object = {}): object {
    const { server } = this.app.rig.test;
    const { host, port } = server;
    const { database: dbname, user: username } = this.names;
    return { engine: 'postgres', host, port, dbname, username, password: this.password, ...change };
  }

  async adopt(
    options: BootstrapOptions = {},
    dependencies = this.app.dependencies,
  ): Promise<BootstrapResult> {
    return await this.app.noted(bootstrap(dependencies, 'app', { adopt: true, ...options }));
  }

  /** Everything that the server keeps of roles, objects and privileges, as far as an adoption could change it. */
  async catalogue(): Promise<{
    readonly objects: Catalogue;
    readonly labels: unknown;
    readonly record: unknown;
  }> {
    const { database } = this.names;
    const roles = `%${database.replace('db_', '')}`;
    const objects = await catalogue(this.app.rig.test.server, { database, roles });
    const labels = [
      await this.app.labels('active'),
      await this.app.labels('blue'),
      await this.app.labels('green'),
    ];
    return { objects, labels, record: await this.app.parameter('record') };
  }

  /** Statements as they are told: a verifier is nobody's business. */
  redacted(statements: readonly string[]): string[] {
    return statements.map((sql) => sql.replace(/PASSWORD '.*' LOGIN$/, "PASSWORD '[redacted]' LOGIN"));
  }

  /** Each use in a transaction that is taken back, as a session that a slot's secret opens. */
  async useEverythingAs(slot: Slot): Promise<void> {
    const client = await this.app.open((await this.app.value(slot)).url, `use-${slot}`);
    try {
      await useEverything(client);
    } finally {
      await client.end();
    }
  }

  /** A session as the application opens one, with what its secret said before. */
  async open(application_name: string, database = this.names.database): Promise<Client> {
    const { host, port, caPem: ca } = this.app.rig.test.server;
    const { user } = this.names;
    const { password } = this;
    const client = new Client({ host, port, user, password, database, application_name, ssl: { ca } });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** A session of the admin, in the application's database. */
  async openAsAdmin(): Promise<Client> {
    const { host, port, caPem: ca } = this.app.rig.test.server;
    const { secrets } = this.app.dependencies;
    const { username: user, password } = JSON.parse(
      (await secrets.read(this.app.adminArn))?.reveal() ?? '{}',
    ) as Partial<Record<'username' | 'password', string>>;
    const { database } = this.names;
    const client = new Client({
      host,
      port,
      user,
      password,
      database,
      application_name: 'psql',
      ssl: { ca },
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** Whether a new connection with what the `active` secret says reads and writes, as the application does. */
  async readsAndWrites(): Promise<boolean> {
    const { host, port, caPem } = this.app.rig.test.server;
    const { username: user, password } = await this.app.value('active');
    const client = new Client({
      host,
      port,
      user,
      password,
      database: this.names.database,
      ssl: { ca: caPem },
    });
    await client.connect();
    try {
      await client.query("INSERT INTO attempts (service) VALUES ('app')");
      await client.query('SELECT count(*) FROM shop.large_orders');
      await client.query('SELECT shop.count_journal(), 1 / count(*) FROM shop.secrets');
      await client.query('UPDATE legacy.prices SET price = price + legacy.tax(price)');
      return true;
    } finally {
      await client.end();
    }
  }

  /** Roles whose rights the admin has without having had them before. */
  async borrowed(): Promise<unknown[]> {
    // A superuser has everybody's rights, and borrows none.
    if (adminKind() === 'superuser') return [];
    const { admin, user, neighbour } = this.names;
    return await this.app.rig.test.server.query(
      `SELECT rolname FROM pg_roles WHERE rolname = ANY($2) AND pg_has_role($1, oid, 'USAGE')`,
      [admin, [user, neighbour, this.app.names.owner]],
    );
  }
}
