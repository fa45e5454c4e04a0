import { App } from 'cdktf';
import { literals } from '../modules/shared/naming';
import type { Configuration } from './config/schema';
import { DatabaseStack } from './database';
import { RotationStack, type Zips } from './rotation';
import { ServiceStack } from './service';

/**
 * Builds the stacks of an installation, one per state file. They refer to each other by name only, so each can be planned
 * and applied by itself; the dependencies tell `cdktf deploy` in which order.
 * @param outdir where the output goes; default cdktf.out, or CDKTF_OUTDIR
 */
export function buildStacks(configuration: Configuration, zips: Zips, outdir?: string): App {
  const app = new App({ stackTraces: false, ...(outdir === undefined ? {} : { outdir }) });
  const settings = literals(configuration);
  const rotation = new RotationStack(app, 'rotation', settings, zips);
  if (settings.database.existing === undefined) {
    rotation.addDependency(new DatabaseStack(app, 'database', settings));
  }
  if (Object.keys(settings.services).length > 0) {
    new ServiceStack(app, 'service', settings).addDependency(rotation);
  }
  return app;
}
