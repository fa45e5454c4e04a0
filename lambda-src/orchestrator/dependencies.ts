import type { OrchestratorEnvironment } from '../contract/environment';
import type { ParameterStore } from '../ports/parameters';
import type { RotatorClient } from '../ports/rotator';
import type { SecretStore } from '../ports/secrets';
import type { Services } from '../ports/services';
import type { Clock, Telemetry } from '../ports/world';

/** What every use case of the orchestrator is given. */
export interface OrchestratorDependencies {
  readonly environment: OrchestratorEnvironment;
  readonly secrets: SecretStore;
  readonly parameters: ParameterStore;
  readonly services: Services;
  readonly rotator: RotatorClient;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}
