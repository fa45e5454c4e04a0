import type { Sensitive } from './sensitive';

/** What a slot's value says besides the password. */
export interface ConnectionFacts {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Query string of the URL, without the question mark; empty for none. */
  readonly urlOptions: string;
  /** The version that it is the value of, where containers pick their user by it (the delivery `entrypoint`). */
  readonly version?: string | undefined;
}

/** What the key `versioned` of a slot's value holds: container/tandem-entrypoint takes it apart again. */
export function versionedUrl(version: string, url: string): string {
  return `${version} ${url}`;
}

/**
 * The value of a slot's secret, as applications read it: the keys that AWS's own rotation templates use, and `url`; with a
 * version, `versioned` too.
 * Source: "JSON structure of AWS Secrets Manager database credential secrets", Secrets Manager User Guide.
 */
export function composeValue(facts: ConnectionFacts, password: Sensitive): Sensitive {
  const { host, port, database, user, urlOptions, version } = facts;
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
      ...(version === undefined ? {} : { versioned: versionedUrl(version, url) }),
    });
  });
}
