import type { Construct } from 'constructs';
import { DatabaseCluster } from '../modules/database/cluster';
import { Database } from '../modules/database/database';
import type { DatabaseServerProps } from '../modules/database/surroundings';
import { Network } from '../modules/network/network';
import type { Configuration } from './config/schema';
import { networkProps } from './network-props';
import { TandemStack } from './tandem-stack';

/** The database server. Only where the installation makes one. */
export class DatabaseStack extends TandemStack {
  constructor(scope: Construct, id: string, configuration: Configuration) {
    super(scope, id, configuration, 'database');
    const { prefix, protect, database } = configuration;
    const network = new Network(this, 'network', networkProps(configuration));
    const common = { prefix, name: database.name, network, protect };
    const server = this.server(common, database);
    this.give('database', { client_security_group_id: server.clientSecurityGroupId });
  }

  private server(
    common: Pick<DatabaseServerProps, 'prefix' | 'name' | 'network' | 'protect'>,
    { create, aurora }: Configuration['database'],
  ): Database | DatabaseCluster {
    if (create !== undefined) return new Database(this, 'database', { ...common, ...create });
    const { instanceClass, serverless } = aurora ?? {};
    const capacity = instanceClass ?? serverless;
    if (aurora === undefined || capacity === undefined)
      throw new Error('The schema asks for create or aurora, and of aurora for instanceClass or serverless.');
    return new DatabaseCluster(this, 'database', { ...common, ...aurora, capacity });
  }
}
