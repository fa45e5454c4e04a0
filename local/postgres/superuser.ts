import { Client, type QueryResultRow } from 'pg';
import { SUPERUSER } from './cluster';

/** Runs one statement over a connection of its own and answers its rows; in `postgres` unless told otherwise. */
export type Query = <Row extends QueryResultRow = QueryResultRow>(
  text: string,
  values?: readonly unknown[],
  database?: string,
) => Promise<Row[]>;

/**
 * Queries as the superuser, over verified TLS.
 *
 * @param options server settings of each session, as `-c name=value`
 */
export function superuserQuery(
  server: { readonly port: number; readonly password: string; readonly caPem: string },
  options?: string,
): Query {
  return async <Row extends QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
    database = 'postgres',
  ): Promise<Row[]> => {
    const client = new Client({
      host: '127.0.0.1',
      port: server.port,
      user: SUPERUSER,
      password: server.password,
      database,
      ssl: { ca: server.caPem },
      application_name: 'tandem-local',
      connectionTimeoutMillis: 30_000,
      ...(options === undefined ? {} : { options }),
    });
    // A broken connection also rejects the query that waits for it.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  };
}
