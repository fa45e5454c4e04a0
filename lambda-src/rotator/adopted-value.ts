import { composeValue, type ConnectionFacts } from '../core/secret-value';
import { Sensitive } from '../core/sensitive';
import type { Login } from '../ports/database';

/** What the value of a secret that was there before is good for. */
export interface AdoptedValue {
  /** Why it cannot be taken over, each with what to do. */
  readonly obstacles: readonly string[];
  /** What applications that read it will see change with the first rotation. */
  readonly notes: readonly string[];
  /** Null where there are obstacles. */
  readonly usable: {
    readonly login: Login;
    readonly value: Sensitive;
    readonly added: readonly string[];
  } | null;
}

type Value = Readonly<Record<string, unknown>>;

/**
 * Reads it as applications do, and compares it with what every rotation will write: that must have everything that it has,
 * under the same keys.
 */
export function adoptedValue(secret: string, text: Sensitive, facts: ConnectionFacts): AdoptedValue {
  const value = parsed(text);
  if (value === null) return { obstacles: [plainText(secret)], notes: [], usable: null };
  const written = parsed(composeValue(facts, new Sensitive(String(value['password'])))) ?? {};
  const obstacles = [
    ...unknownKeys(secret, value, written),
    ...loginObstacles(secret, value, facts),
    ...(value['url'] === undefined ? [] : urlObstacles(secret, value, facts)),
  ];
  if (obstacles.length > 0) return { obstacles, notes: [], usable: null };
  const whole = { ...written, ...value, port: Number(value['port'] ?? facts.port) };
  return {
    obstacles,
    notes: differences(secret, value, written),
    usable: {
      login: { user: facts.user, password: new Sensitive(String(value['password'])) },
      value: new Sensitive(JSON.stringify(whole)),
      added: Object.keys(written).filter((key) => value[key] === undefined),
    },
  };
}

function parsed(text: Sensitive): Value | null {
  try {
    const value: unknown = JSON.parse(text.reveal());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Value) : null;
  } catch {
    return null;
  }
}

function plainText(secret: string): string {
  return (
    `The value of ${secret} is a plain text. Rotations write JSON, which an application that reads the whole text would not ` +
    `understand. Store JSON with the keys username, password and, if it is read, url; have task definitions name the key ` +
    `(valueFrom: <ARN>:url:: or <ARN>:password::); deploy that; then adopt.`
  );
}

function unknownKeys(secret: string, value: Value, written: Value): string[] {
  const unknown = Object.keys(value).filter((key) => !(key in written));
  if (unknown.length === 0) return [];
  return [
    `The value of ${secret} has keys that no rotation writes, so the first one would drop them: ${unknown.join(', ')}. Move ` +
      `those that applications read to a secret of their own, and remove them.`,
  ];
}

function loginObstacles(secret: string, value: Value, { user, database }: ConnectionFacts): string[] {
  const { username, password, dbname, port } = value;
  const missing = [...(isText(username) ? [] : ['username']), ...(isText(password) ? [] : ['password'])];
  return [
    ...(missing.length === 0
      ? []
      : [`The value of ${secret} has no text under ${missing.join(' and ')}: add it.`]),
    ...(isText(username) && username !== user
      ? [
          `The value of ${secret} is a login of "${username}", and the configuration says that its user is "${user}": correct the configuration's users.`,
        ]
      : []),
    ...(dbname !== undefined && dbname !== database
      ? [
          `The value of ${secret} names the database ${JSON.stringify(dbname)}, and the configuration "${database}": correct the one that is wrong.`,
        ]
      : []),
    ...(port === undefined || /^\"?\d{1,5}\"?$/.test(JSON.stringify(port))
      ? []
      : [`The value of ${secret} has a port that is no number: correct it.`]),
  ];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** A URL that disagrees with the other keys was forgotten some day: nobody can tell which of them applications use. */
function urlObstacles(
  secret: string,
  { url, username, password }: Value,
  { database }: ConnectionFacts,
): string[] {
  const found = typeof url === 'string' && /^postgres(ql)?:\/\//.test(url) ? parseUrl(url) : null;
  if (found === null) {
    return [
      `The key url of ${secret} is no postgresql:// URL. Rotations write one, which an application that reads another form ` +
        `would not understand: keep that form elsewhere, or have the application read separate keys; and remove the key.`,
    ];
  }
  const differing = [
    ...(decoded(found.username) === username ? [] : ['user']),
    ...(decoded(found.password) === password ? [] : ['password']),
    ...(decoded(found.pathname.slice(1)) === database ? [] : ['database']),
  ];
  return differing.length === 0
    ? []
    : [
        `The key url of ${secret} has another ${differing.join(' and ')} than its other keys and the configuration: correct it.`,
      ];
}

function parseUrl(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function differences(secret: string, value: Value, written: Value): string[] {
  return Object.keys(value)
    .filter((key) => key !== 'password' && String(value[key]) !== String(written[key]))
    .map(
      (key) =>
        `The key ${key} of ${secret} is ${shown(value[key])}; the first rotation makes it ${shown(written[key])}.`,
    );
}

/** A URL without its password. */
function shown(value: unknown): string {
  const text = String(value);
  const url = parseUrl(text);
  if (url === null || url.password === '') return text;
  url.password = '***';
  return url.toString();
}
