import type { RotatorEnvironment } from '../contract/environment';
import type { Database } from '../ports/database';
import type { ParameterStore } from '../ports/parameters';
import type { SecretStore } from '../ports/secrets';
import type { Clock, Pause, RandomBytes, Telemetry } from '../ports/world';

/** What every use case of the rotator is given. */
export interface RotatorDependencies {
  readonly environment: RotatorEnvironment;
  readonly database: Database;
  readonly secrets: SecretStore;
  readonly parameters: ParameterStore;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly randomBytes: RandomBytes;
  readonly telemetry: Telemetry;
}
