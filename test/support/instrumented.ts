import type { AdminSession, Database } from '../../lambda-src/ports/database';
import type { ParameterStore } from '../../lambda-src/ports/parameters';
import type { RotatorClient } from '../../lambda-src/ports/rotator';
import type { SecretStore } from '../../lambda-src/ports/secrets';
import { consumerKey, type Services } from '../../lambda-src/ports/services';

/** One call of a port, as a test names it: `secrets.put blue AWSPENDING`. */
export interface Call {
  readonly kind: 'read' | 'effect';
  readonly name: string;
  /** False while the call cannot be answered, for instance because somebody holds the lock. @default always */
  readonly ready?: () => boolean;
}

/** What every call goes through; it decides whether and when the call happens, and what its caller is told. */
export type Gate = <T>(call: Call, run: () => Promise<T>) => Promise<T>;

type Method = (...args: never[]) => Promise<unknown>;
type Methods<P> = { [K in keyof P as P[K] extends Method ? K : never]: P[K] };

/** How a method is told: whether it changes something, and on what. */
interface Told<A extends unknown[]> {
  readonly kind: Call['kind'];
  readonly name: (...args: A) => string;
}

/**
 * Every method of a port: the compiler refuses a table that lacks one, so that a new method cannot escape being
 * recorded, interleaved and died at.
 */
type Table<P> = {
  readonly [K in keyof Methods<P>]: Told<Methods<P>[K] extends (...args: infer A) => unknown ? A : never>;
};

function read<A extends unknown[]>(name: (...args: A) => string): Told<A> {
  return { kind: 'read', name };
}

function effect<A extends unknown[]>(name: (...args: A) => string): Told<A> {
  return { kind: 'effect', name };
}

export const SECRET_STORE: Table<SecretStore> = {
  describe: read((arn) => `secrets.describe ${short(arn)}`),
  read: read((arn) => `secrets.read ${short(arn)}`),
  put: effect((arn, _token, _value, label) => `secrets.put ${short(arn)} ${label}`),
  moveLabel: effect((arn, label) => `secrets.moveLabel ${short(arn)} ${label}`),
  createdAt: read((arn) => `secrets.createdAt ${short(arn)}`),
  rotate: effect((arn) => `secrets.rotate ${short(arn)}`),
};

export const PARAMETER_STORE: Table<ParameterStore> = {
  get: read((names) => `parameters.get ${names.map(last).join(' ')}`),
  put: effect((name) => `parameters.put ${last(name)}`),
  create: effect((name) => `parameters.create ${last(name)}`),
  getSecure: read((name) => `parameters.getSecure ${last(name)}`),
  putSecure: effect((name) => `parameters.putSecure ${last(name)}`),
  createSecure: effect((name) => `parameters.createSecure ${last(name)}`),
  remove: effect((names) => `parameters.remove ${names.map(last).join(' ')}`),
};

export const SERVICES: Table<Services> = {
  observe: read(() => 'services.observe'),
  tasks: read((consumer) => `services.tasks ${consumerKey(consumer)}`),
  standaloneTasks: read((cluster, taskDefinition) => `services.standalone ${cluster} ${taskDefinition}`),
  readersIn: read((cluster) => `services.readersIn ${cluster}`),
  valuesRead: read((taskDefinition) => `services.valuesRead ${taskDefinition}`),
  forceDeployment: effect((consumer) => `services.force ${consumerKey(consumer)}`),
};

export const ROTATOR: Table<RotatorClient> = {
  verify: effect((_credential, { slot }) => `rotator.verify ${slot}`),
  retire: effect((_credential, { slot }) => `rotator.retire ${slot}`),
  restore: effect((_credential, slot) => `rotator.restore ${slot}`),
  terminate: effect((_credential, { slot }) => `rotator.terminate ${slot}`),
};

export const ADMIN_SESSION: Table<AdminSession> = {
  sessionsOf: read((user) => `database.sessionsOf ${user}`),
  ensureOwner: effect(({ owner }) => `database.ensureOwner ${owner}`),
  ensureUser: effect(({ user }) => `database.ensureUser ${user}`),
  planOwner: read(({ owner }) => `database.planOwner ${owner}`),
  planUser: read(({ user }) => `database.planUser ${user}`),
  planAdoption: read(({ user }) => `database.planAdoption ${user}`),
  run: effect(({ statements }) => `database.run ${statements.map(({ sql }) => sql).join('; ')}`),
  setPassword: effect((user) => `database.setPassword ${user}`),
  setLogin: effect((user, login) => `database.setLogin ${user} ${login ? 'LOGIN' : 'NOLOGIN'}`),
  endSessions: effect((user) => `database.endSessions ${user}`),
  inspect: read(() => 'database.inspect'),
};

/** A port whose every call goes through a gate. */
export function instrumented<P extends object>(port: P, table: Table<P>, gate: Gate): P {
  const methods = new Map<PropertyKey, Told<unknown[]>>(Object.entries(table));
  return new Proxy(port, {
    get(target, key): unknown {
      const found: unknown = Reflect.get(target, key);
      if (typeof found !== 'function') return found;
      const told = methods.get(key);
      if (told === undefined) throw new Error(`${String(key)} is no method of the port`);
      return (...args: unknown[]) =>
        gate(
          { kind: told.kind, name: told.name(...args) },
          () => Reflect.apply(found, target, args) as Promise<unknown>,
        );
    },
  });
}

/**
 * The database port through a gate: to take the lock is a call, and so is every one of the session that holds it.
 * @param isFree whether the lock could be taken at once
 */
export function instrumentedDatabase(
  database: Database,
  gate: Gate,
  isFree: (key: string) => boolean = () => true,
): Database {
  return {
    endpoints: database.endpoints,
    withLock: (admin, key, work) => takeLock(database, gate, { admin, key, ready: () => isFree(key) }, work),
    login: (endpoint, name, login) =>
      gate({ kind: 'read', name: `database.login ${login.user}` }, () =>
        database.login(endpoint, name, login),
      ),
  };
}

type Work<T> = (session: AdminSession) => Promise<T>;

/** The gate lets the process go on when the lock is taken; what it does with it is no part of that call. */
async function takeLock<T>(
  database: Database,
  gate: Gate,
  lock: { admin: Parameters<Database['withLock']>[0]; key: string; ready: () => boolean },
  work: Work<T>,
): Promise<T> {
  let held: Promise<T> | undefined;
  await gate(
    { kind: 'read', name: 'database.withLock', ready: lock.ready },
    () =>
      new Promise<void>((taken, failed) => {
        held = database.withLock(lock.admin, lock.key, async (session) => {
          taken();
          return await work(instrumented(session, ADMIN_SESSION, gate));
        });
        held.catch(failed);
      }),
  );
  if (held === undefined) throw new Error('the gate let through what it had not run');
  return await held;
}

/** `blue` of an ARN by convention, else the text itself. */
function short(secretArn: string): string {
  return /\/([a-z]+)-[A-Za-z0-9]{6}$/.exec(secretArn)?.[1] ?? secretArn;
}

function last(name: string): string {
  return name.split('/').at(-1) ?? name;
}
