import { ORCHESTRATOR_GAUGES, type OrchestratorGauge } from '../contract/metrics';
import type { Action } from '../core/action';
import type { Measure } from '../ports/world';
import type { OrchestratorDependencies } from './dependencies';
import type { Look } from './observe';
import { unregisteredConsumers } from './unregistered';

/**
 * Reports how a credential stands, once nothing is left to do but wait. An occurrence is forgotten after minutes; a halt
 * may last for days, and so must its alarm.
 * @param action what the last look decided
 */
export async function reportState(
  dependencies: OrchestratorDependencies,
  { config, observation }: Look,
  action: Action,
  mayGoOn: () => boolean,
): Promise<void> {
  const { secrets, telemetry } = dependencies;
  const { record, now, sweep } = observation;
  const overdue = action.kind === 'wait' && action.alarm === 'drain-overdue';
  telemetry.measure(
    [gauge('RolloutHalted', record?.phase === 'halted' ? 1 : 0), gauge('DrainOverdue', overdue ? 1 : 0)],
    config.credential,
  );
  // No other call of a look tells of either, and they change in days: the sweep is often enough.
  if (!sweep || record === null) return;
  const unregistered = await unregisteredConsumers(dependencies, config, mayGoOn);
  if (unregistered !== null) {
    telemetry.measure([gauge('UnregisteredConsumers', unregistered.length)], config.credential);
    if (unregistered.length > 0)
      telemetry.warn('services read the credential that nobody registered', {
        credential: config.credential,
        unregistered,
      });
  }
  const { slot, version } = record.active;
  const createdAt = await secrets.createdAt(config.slots[slot].secretArn, version);
  if (createdAt === null) return;
  telemetry.measure([gauge('PasswordAge', Math.max(0, now - createdAt) / 1_000)], config.credential);
}

function gauge(metric: OrchestratorGauge, value: number): Measure {
  return { metric, value, unit: ORCHESTRATOR_GAUGES[metric] };
}
