import type { Statement } from '../../../ports/database';
import { mayAlter } from '../plan';
import type { AdminFacts } from '../facts';
import { identifier, literal } from '../quoting';
import type { Setting } from './role-facts';

/** Settings whose value is a list of names. Source: pg_dump, variable_is_guc_list_quote. */
const LISTS = [
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
];

/** The names in a list setting, as PostgreSQL keeps it: `"$user", public`. */
export function namesIn(value: string): string[] {
  const names = [...value.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g)];
  return names.map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '');
}

/** A search path that finds the user's own schema whoever looks: `"$user"` means the owner role before long. */
export function withoutUserVariable(searchPath: string, user: string): string {
  return namesIn(searchPath)
    .map((name) => identifier(name === '$user' ? user : name))
    .join(', ');
}

export function planSetting(
  role: string,
  { database, name, value }: Omit<Setting, 'role' | 'settable'>,
  admin: AdminFacts,
): Statement {
  const where = database === null ? '' : ` IN DATABASE ${identifier(database)}`;
  const to = LISTS.includes(name) ? namesIn(value).map(literal).join(', ') : literal(value);
  return {
    sql: `ALTER ROLE ${identifier(role)}${where} SET ${settingName(name)} TO ${to === '' ? "''" : to}`,
    remedy: mayAlter(role, admin),
  };
}

/** Names of extensions' settings have a dot: `app.tenant`. Each part is a name by itself. */
function settingName(name: string): string {
  return name
    .split('.')
    .map((part) => (/^[a-z_][a-z0-9_$]*$/.test(part) ? part : identifier(part)))
    .join('.');
}

/** Settings that a role has to be given so that it has the wanted ones. */
export function missingSettings(wanted: readonly Setting[], has: readonly Setting[]): Setting[] {
  return wanted.filter(
    ({ database, name, value }) =>
      !has.some((one) => one.database === database && one.name === name && one.value === value),
  );
}
