import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import type { PostgresServer } from '../../postgres/server';

/** What the roles of an application are called that was there before. */
export interface LegacyNames {
  readonly database: string;
  /** Of RDS; it has made the other roles. */
  readonly admin: string;
  /** What the application logs in as, and the name of a schema that its search path finds as `"$user"`. */
  readonly user: string;
  /** Owns a schema that the application was granted a part of. */
  readonly neighbour: string;
  /** Reads what the application makes. */
  readonly reader: string;
  /** What the application is a member of. */
  readonly team: string;
}

/** The application's user as somebody made it by hand, years ago. */
export async function createLegacyUser(
  server: PostgresServer,
  names: LegacyNames,
  password: string,
): Promise<void> {
  const { admin, user, neighbour, reader, team, database } = quoted(names);
  await server.queryUnlogged(`
    SET ROLE ${admin};
    CREATE ROLE ${user} LOGIN CREATEDB CONNECTION LIMIT 80 PASSWORD ${escapeLiteral(password)};
    CREATE ROLE ${neighbour} NOLOGIN;
    CREATE ROLE ${reader} NOLOGIN;
    CREATE ROLE ${team} NOLOGIN;
    GRANT ${team} TO ${user};
    ALTER ROLE ${user} SET search_path TO "$user", public, shop;
    ALTER ROLE ${user} SET statement_timeout TO '30s';
    ALTER ROLE ${user} IN DATABASE ${database} SET work_mem TO '8MB';
    GRANT CREATE ON DATABASE ${database} TO ${user}, ${neighbour};
    RESET ROLE`);
}

/** A schema as it grows in years: something of everything that can be owned or granted. */
export async function createLegacySchema(server: PostgresServer, names: LegacyNames): Promise<void> {
  await server.query(neighbourScript(quoted(names)), [], names.database);
  await server.query(applicationScript(quoted(names)), [], names.database);
}

function quoted(names: LegacyNames): LegacyNames {
  const { database, admin, user, neighbour, reader, team } = names;
  return {
    database: escapeIdentifier(database),
    admin: escapeIdentifier(admin),
    user: escapeIdentifier(user),
    neighbour: escapeIdentifier(neighbour),
    reader: escapeIdentifier(reader),
    team: escapeIdentifier(team),
  };
}

const neighbourScript = ({ admin, user, neighbour, team }: LegacyNames) => `
  SET ROLE ${admin};
  GRANT CREATE ON SCHEMA public TO ${user};
  RESET ROLE;
  SET ROLE ${neighbour};
  CREATE SCHEMA legacy;
  GRANT USAGE ON SCHEMA legacy TO ${user}, ${team};
  CREATE TABLE legacy.prices (id int PRIMARY KEY, price int NOT NULL, note text);
  INSERT INTO legacy.prices VALUES (1, 10, 'first');
  ALTER TABLE legacy.prices ENABLE ROW LEVEL SECURITY;
  CREATE POLICY for_the_application ON legacy.prices TO ${user} USING (true);
  GRANT SELECT (id, price), UPDATE (price) ON legacy.prices TO ${user} WITH GRANT OPTION;
  CREATE TABLE legacy.teams (n int);
  GRANT ALL ON legacy.teams TO ${team};
  CREATE SEQUENCE legacy.tickets;
  GRANT USAGE ON SEQUENCE legacy.tickets TO ${user};
  CREATE FUNCTION legacy.tax(amount int) RETURNS int LANGUAGE sql AS 'SELECT amount / 5';
  REVOKE EXECUTE ON FUNCTION legacy.tax(int) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION legacy.tax(int) TO ${user};
  ALTER DEFAULT PRIVILEGES IN SCHEMA legacy GRANT SELECT ON TABLES TO ${user};
  RESET ROLE`;

const applicationScript = ({ user, reader }: LegacyNames) => `
  SET ROLE ${user};
  CREATE SCHEMA ${user};
  CREATE SCHEMA shop;
  GRANT USAGE ON SCHEMA ${user}, shop TO ${reader};
  ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO ${reader};
  ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC;
  CREATE TABLE ${user}.attempts
    (at timestamptz NOT NULL DEFAULT now(), service text NOT NULL, noted_by text NOT NULL DEFAULT session_user);
  CREATE TYPE shop.state AS ENUM ('new', 'paid');
  CREATE TYPE shop.address AS (street text, town text);
  CREATE DOMAIN shop.amount AS int CHECK (VALUE >= 0);
  CREATE SEQUENCE shop.numbers;
  CREATE TABLE shop.customers
    (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, home shop.address, old_id serial);
  CREATE TABLE shop.orders (
    id bigint NOT NULL DEFAULT nextval('shop.numbers'), at date NOT NULL, customer int REFERENCES shop.customers,
    state shop.state NOT NULL DEFAULT 'new', amount shop.amount, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE shop.orders_2025 PARTITION OF shop.orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE shop.orders_rest PARTITION OF shop.orders DEFAULT;
  CREATE STATISTICS shop.order_statistics ON customer, state FROM shop.orders_rest;
  CREATE UNLOGGED TABLE shop.scratch (n int);
  CREATE VIEW shop.open_orders AS SELECT o.id, o.amount, c.name FROM shop.orders o JOIN shop.customers c ON c.id = o.customer;
  CREATE VIEW shop.large_orders AS SELECT * FROM shop.open_orders WHERE amount > 100;
  CREATE VIEW shop.prices AS SELECT id, price FROM legacy.prices;
  CREATE MATERIALIZED VIEW shop.totals AS SELECT name, sum(amount) AS total FROM shop.large_orders GROUP BY name;
  CREATE TABLE shop.journal (entry text);
  CREATE RULE noted AS ON INSERT TO shop.scratch DO ALSO INSERT INTO shop.journal VALUES ('scratched');
  CREATE FUNCTION shop.note() RETURNS trigger LANGUAGE plpgsql AS
    $body$ BEGIN INSERT INTO shop.journal VALUES (NEW.name); RETURN NEW; END $body$;
  CREATE TRIGGER note AFTER INSERT ON shop.customers FOR EACH ROW EXECUTE FUNCTION shop.note();
  CREATE FUNCTION shop.count_journal() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS
    $body$ BEGIN RETURN (SELECT count(*) FROM shop.journal); END $body$;
  CREATE PROCEDURE shop.tidy() LANGUAGE plpgsql AS $body$ BEGIN DELETE FROM shop.scratch; END $body$;
  CREATE AGGREGATE shop.most(int) (SFUNC = int4larger, STYPE = int);
  CREATE OPERATOR shop.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
  CREATE COLLATION shop.plain (LOCALE = 'C');
  CREATE TEXT SEARCH CONFIGURATION shop.words (COPY = simple);
  CREATE TABLE shop.secrets (tenant text, secret text);
  ALTER TABLE shop.secrets ENABLE ROW LEVEL SECURITY;
  ALTER TABLE shop.secrets FORCE ROW LEVEL SECURITY;
  CREATE POLICY own ON shop.secrets TO ${user} USING (tenant = 'mine');
  INSERT INTO shop.secrets VALUES ('mine', 's');
  GRANT SELECT, INSERT ON shop.journal TO ${reader};
  GRANT EXECUTE ON FUNCTION shop.count_journal() TO ${reader};
  CREATE PUBLICATION changes FOR TABLE shop.customers;
  SELECT lo_create(4711);
  RESET ROLE`;

/**
 * Uses every object of the schema: reads it, writes it and alters it. As statements that one transaction runs and then
 * takes back.
 */
export const USES: readonly string[] = [
  "INSERT INTO attempts (service) VALUES ('use')",
  'ALTER TABLE attempts ADD COLUMN used int',
  "INSERT INTO shop.customers (name, home) VALUES ('a', ROW('b', 'c'))",
  "INSERT INTO shop.orders (at, customer, amount) SELECT '2025-05-05', max(id), 500 FROM shop.customers",
  "INSERT INTO orders (at, customer, amount) SELECT '2026-05-05', max(id), 7 FROM customers",
  "UPDATE shop.orders SET state = 'paid'",
  'SELECT * FROM shop.orders_2025, shop.orders_rest',
  'INSERT INTO shop.scratch VALUES (1)',
  'SELECT * FROM shop.open_orders',
  'SELECT * FROM shop.large_orders',
  'SELECT * FROM shop.prices',
  'REFRESH MATERIALIZED VIEW shop.totals',
  'SELECT * FROM shop.totals',
  'SELECT shop.count_journal(), shop.most(n) FROM shop.scratch GROUP BY n HAVING n OPERATOR(shop.===) 1',
  'CALL shop.tidy()',
  "SELECT nextval('shop.numbers'), setval('shop.numbers', 50), nextval('shop.customers_old_id_seq')",
  "SELECT 'x' COLLATE shop.plain, to_tsvector('shop.words', 'word')",
  "SELECT 1 / count(*) FROM shop.secrets WHERE secret = 's'",
  "INSERT INTO shop.secrets VALUES ('mine', 't')",
  'SELECT lo_put(4711, 0, $$x$$), lo_get(4711)',
  'UPDATE legacy.prices SET price = price + legacy.tax(price)',
  'SELECT 1 / count(id) FROM legacy.prices',
  'INSERT INTO legacy.teams VALUES (1)',
  "SELECT nextval('legacy.tickets')",
  'ALTER TABLE shop.orders ADD COLUMN used int',
  'ALTER TABLE shop.orders_2025 SET (fillfactor = 90)',
  'CREATE INDEX ON shop.journal (entry)',
  'ALTER VIEW shop.large_orders RENAME TO larger_orders',
  'ALTER MATERIALIZED VIEW shop.totals SET (fillfactor = 90)',
  'ALTER SEQUENCE shop.numbers INCREMENT BY 2',
  "ALTER TYPE shop.state RENAME VALUE 'new' TO 'fresh'",
  'ALTER TYPE shop.address ADD ATTRIBUTE zip text CASCADE',
  'ALTER DOMAIN shop.amount ADD CHECK (VALUE < 1000000)',
  'ALTER FUNCTION shop.note() COST 5',
  'ALTER FUNCTION shop.count_journal() COST 5',
  'ALTER PROCEDURE shop.tidy() RENAME TO tidied',
  'ALTER AGGREGATE shop.most(int) RENAME TO mostly',
  'DROP OPERATOR shop.=== (int, int)',
  'ALTER COLLATION shop.plain RENAME TO plainer',
  'ALTER TEXT SEARCH CONFIGURATION shop.words RENAME TO worded',
  'ALTER STATISTICS shop.order_statistics RENAME TO counted',
  'ALTER POLICY own ON shop.secrets USING (true)',
  'ALTER TRIGGER note ON shop.customers RENAME TO noting',
  'ALTER PUBLICATION changes ADD TABLE shop.journal',
  'ALTER SCHEMA shop RENAME TO store',
  'SELECT lo_unlink(4711)',
  'CREATE SCHEMA annex',
  'CREATE TABLE public.made (n int)',
  'DROP SCHEMA store CASCADE',
];

/**
 * Uses everything in a session of its own.
 * @throws Error naming the first use that is refused
 */
export async function useEverything(client: Client): Promise<void> {
  await client.query('BEGIN');
  for (const use of USES) {
    await client.query(use).catch((error: unknown) => {
      throw new Error(`${use}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
  await client.query('ROLLBACK');
}
