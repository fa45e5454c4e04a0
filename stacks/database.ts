import type { Construct } from 'constructs';
import { Database } from '../modules/database/database';
import { Network } from '../modules/network/network';
import type { Configuration } from './config/schema';
import { networkProps } from './network-props';
import { TandemStack } from './tandem-stack';

/** The database server. Only where the installation creates one. */
export class DatabaseStack extends TandemStack {
  constructor(
    scope: Construct,
    id: string,
    configuration: Configuration,
    create: NonNullable<Configuration['database']['create']>,
  ) {
    super(scope, id, configuration);
    const { prefix, protect, database } = configuration;
    new Database(this, 'database', {
      ...create,
      prefix,
      name: database.name,
      network: new Network(this, 'network', networkProps(configuration)),
      protect,
    });
  }
}
