import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import {
  createLegacySchema,
  createLegacyUser,
  USES,
  type LegacyNames,
} from '../../../local/drill/adoption/legacy';
import {
  bootstrap,
  type BootstrapOptions,
  type BootstrapResult,
} from '../../../lambda-src/rotator/bootstrap';
import type { Slot } from '../../../lambda-src/core/slot';
import type { Installation } from './installation';
import type { RotatorRig } from './rig';

/** An application with a user, a schema and a secret of its own, and an installation that is to adopt them. */
export class LegacyApplication {
  private constructor(
    readonly app: Installation,
    readonly names: LegacyNames,
    readonly password: string,
  ) {}

  static async start(rig: RotatorRig): Promise<LegacyApplication> {
    const app = await rig.install({
      bootstrapped: false,
      document: { adopt: { slot: 'blue' }, ownDatabase: false },
    });
    const { tag, database, admin, users } = app.names;
    const names = {
      database,
      admin,
      user: users.blue,
      neighbour: `neighbour_${tag}`,
      reader: `reader_${tag}`,
      team: `team_${tag}`,
    };
    const password = `legacy/${tag}+%40`;
    await createLegacyUser(rig.test.server, names, password);
    await createLegacySchema(rig.test.server, names);
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
  async catalogue(): Promise<unknown> {
    const { server } = this.app.rig.test;
    const like = `%${this.names.database.replace('db_', '')}`;
    const roles = await server.query(
      `SELECT r.*, shobj_description(r.oid, 'pg_authid') AS comment,
              ARRAY(SELECT (m.roleid::regrole, m.member::regrole, m.grantor::regrole, m.admin_option)::text
                    FROM pg_auth_members m WHERE r.oid IN (m.roleid, m.member) ORDER BY 1) AS memberships,
              ARRAY(SELECT s::text FROM pg_db_role_setting s WHERE s.setrole = r.oid ORDER BY 1) AS settings
       FROM pg_roles r WHERE rolname LIKE $1 ORDER BY rolname`,
      [like],
    );
    const objects = await server.query(
      `SELECT 'class' AS kind, oid::regclass::text AS name, relowner::regrole::text AS owner, relacl::text AS acl FROM pg_class
       UNION ALL SELECT 'proc', oid::regprocedure::text, proowner::regrole::text, proacl::text FROM pg_proc
       UNION ALL SELECT 'type', oid::regtype::text, typowner::regrole::text, typacl::text FROM pg_type
       UNION ALL SELECT 'schema', nspname::text, nspowner::regrole::text, nspacl::text FROM pg_namespace
       UNION ALL SELECT 'database', datname::text, datdba::regrole::text, datacl::text FROM pg_database
       UNION ALL SELECT 'default', defaclrole::regrole::text || defaclnamespace || defaclobjtype::text, '', defaclacl::text FROM pg_default_acl
       UNION ALL SELECT 'policy', polname::text || polrelid::regclass, '', polroles::regrole[]::text FROM pg_policy
       ORDER BY 1, 2, 3`,
      [],
      this.names.database,
    );
    const labels = [
      await this.app.labels('active'),
      await this.app.labels('blue'),
      await this.app.labels('green'),
    ];
    return { roles, objects, labels, record: await this.app.parameter('record') };
  }

  /** Statements as they are told: a verifier is nobody's business. */
  redacted(statements: readonly string[]): string[] {
    return statements.map((sql) => sql.replace(/PASSWORD '.*'$/, "PASSWORD '[redacted]'"));
  }

  /** Each use in a transaction that is taken back, as a session that a slot's secret opens. */
  async useEverythingAs(slot: Slot): Promise<void> {
    const client = await this.app.open((await this.app.value(slot)).url, `use-${slot}`);
    try {
      await client.query('BEGIN');
      for (const use of USES) {
        await client.query(use).catch((error: unknown) => {
          throw new Error(`${slot} may not: ${use}: ${(error as Error).message}`);
        });
      }
      await client.query('ROLLBACK');
    } finally {
      await client.end();
    }
  }

  /** The password in the secret of a kind. */
  async passwordIn(SecretId: string): Promise<string> {
    const { SecretString = '{}' } = await this.app.rig.target.secrets.send(
      new GetSecretValueCommand({ SecretId }),
    );
    return (JSON.parse(SecretString) as { readonly password: string }).password;
  }
}
