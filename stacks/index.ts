import { App } from 'cdktf';
import type { Construct } from 'constructs';
import { literals } from '../modules/shared/naming';
import { packagedZips } from '../scripts/packaged-zips';
import type { Configuration } from './config/schema';
import { DatabaseStack } from './database';
import { RotationStack, type Zips } from './rotation';
import { ServiceStack } from './service';

export { secretName, type SecretKind } from '../lambda-src/contract/names';
export type { Zip } from '../modules/function/function';
export { ConfigurationError, defineConfiguration, loadConfiguration } from './config/load';
export type { Problem } from './config/problems';
export type { Configuration, ConfigurationInput } from './config/schema';
export { packagedZips, type DatabaseStack, type RotationStack, type ServiceStack, type Zips };

/** The stacks of an installation, for other stacks to depend on. */
export interface TandemStacks {
  /** Only where the installation makes its database. */
  readonly database?: DatabaseStack;
  readonly rotation: RotationStack;
  /** Only where the installation makes services. */
  readonly service?: ServiceStack;
}

/**
 * Adds the stacks of an installation to an app, one per state file: `database`, `rotation`, `service`. They refer to each
 * other by name only, so each can be planned and applied by itself; the dependencies tell `cdktf deploy` in which order.
 * @param scope the app, or a construct in it where an app has several installations
 * @param zips default: the functions as they come with the package
 */
export function addStacks(
  scope: Construct,
  configuration: Configuration,
  zips: Zips = packagedZips(),
): TandemStacks {
  return withoutStackTraces(() => stacksOf(scope, literals(configuration), zips));
}

/** CDKTF notes for each reference where it was made, which nobody reads here: it is half the time of a large synthesis. */
function withoutStackTraces<T>(work: () => T): T {
  const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  Error.prepareStackTrace = () => '';
  try {
    return work();
  } finally {
    // Of an error that was thrown the trace is prepared when somebody reads it: later.
    if (before === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
    else Object.defineProperty(Error, 'prepareStackTrace', before);
  }
}

function stacksOf(scope: Construct, settings: Configuration, zips: Zips): TandemStacks {
  const rotation = new RotationStack(scope, 'rotation', settings, zips);
  const database =
    settings.database.existing === undefined ? new DatabaseStack(scope, 'database', settings) : undefined;
  if (database !== undefined) rotation.addDependency(database);
  const service =
    Object.keys(settings.services).length > 0 ? new ServiceStack(scope, 'service', settings) : undefined;
  service?.addDependency(rotation);
  return {
    ...(database === undefined ? {} : { database }),
    rotation,
    ...(service === undefined ? {} : { service }),
  };
}

/**
 * An app that consists of an installation's stacks.
 * @param outdir where the output goes; default cdktf.out, or CDKTF_OUTDIR
 */
export function buildStacks(configuration: Configuration, zips: Zips, outdir?: string): App {
  const app = new App({ stackTraces: false, ...(outdir === undefined ? {} : { outdir }) });
  addStacks(app, configuration, zips);
  return app;
}
