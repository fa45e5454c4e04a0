import { databaseName, resourceName } from '../shared/naming';

/** Names by which other states find the database. */
export const databaseNames = {
  /** RDS instance identifier. */
  instance: (prefix: string) => databaseName(prefix, ['database']),
  /** Aurora cluster identifier. */
  cluster: (prefix: string) => databaseName(prefix, ['database']),
  /** Identifier of an instance of the cluster, counted from 1. */
  clusterInstance: (prefix: string, number: number) => databaseName(prefix, ['database', String(number)]),
  /** Security group of those who may connect. */
  clients: (prefix: string) => resourceName(prefix, ['database', 'clients']),
} as const;
