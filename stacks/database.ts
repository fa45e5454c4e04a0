import type { Construct } from 'constructs';
import { DatabaseCluster } from '../modules/database/cluster';
import { Database } from '../modules/database/database';
import { Network } from '../modules/network/network';
import type { Configuration } from './config/schema';
import { networkProps } from './network-props';
import { TandemStack } from './tandem-stack';

/** The database server. Only where the installation makes one. */
export class DatabaseStack extends TandemStack {
  constructor(scope: Construct, id: string, configuration: Configuration) {
    super(scope, id, configuration);
    const { prefix, protect, database } = configuration;
    const network = new Network(this, 'network', networkProps(configuration));
    const common = { prefix, name: database.name, network, protect };
    if (database.create !== undefined) new Database(this, 'database', { ...common, ...database.create });
    if (database.aurora !== undefined) {
      const { instanceClass, serverless, ...rest } = database.aurora;
      const capacity = instanceClass ?? serverless;
      if (capacity === undefined) throw new Error('The schema asks for instanceClass or serverless.');
      new DatabaseCluster(this, 'database', { ...common, ...rest, capacity });
    }
  }
}
