import type { Sensitive } from './sensitive';

/** What a slot's value says besides the password. */
export interface ConnectionFacts {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Query string of the URL, without the question mark; empty for none. */
  readonly urlOptions: string;
}

/**
 * The value of a slot's secret, as applications read it: the keys that AWS's own rotation templates use, and `url`.
 * Source: "JSON structure of AWS Secrets Manager database credential secrets", Secrets Manager User Guide.
 */
export function composeValue(facts: ConnectionFacts, password: Sensitive): Sensitive {
  const { host, port, database, user, urlOptions } = facts;
  return password.map((text) => {
    const login = `${encodeURIComponent(user)}:${encodeURIComponent(text)}`;
    const query = urlOptions === '' ? '' : `?${urlOptions}`;
    const url = `postgresql://${login}@${host}:${port}/${encodeURIComponent(database)}${query}`;
    return JSON.stringify({
      engine: 'postgres',
      host,
      port,
      dbname: database,
      username: user,
      password: text,
      url,
    });
  });
}
