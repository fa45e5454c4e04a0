import { databaseName, resourceName } from '../shared/naming';

/** Names by which other states find the database. */
export const databaseNames = {
  /** RDS instance identifier. */
  instance: (prefix: string) => databaseName(prefix, ['database']),
  /** Security group of those who may connect. */
  clients: (prefix: string) => resourceName(prefix, ['database', 'clients']),
} as const;
