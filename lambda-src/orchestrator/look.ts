import type { OrchestratorMetric } from '../contract/metrics';
import { nextAction } from '../core/next-action';
import type { Action, Alarm } from '../core/action';
import type { Verification } from '../core/observation';
import { act } from './act';
import type { OrchestratorDependencies } from './dependencies';
import { observe, type Look } from './observe';
import { reportState } from './state';

/** Ends an invocation that would otherwise turn in circles: fifty consumers take about fifty looks. */
const MOST_LOOKS = 200;

/** The metric that each alarm is counted under; null for a state, which is reported when the look comes to its end. */
const METRICS: Readonly<Record<Alarm, OrchestratorMetric | null>> = {
  'no-record': 'RecordMissing',
  halted: null,
  reverted: 'RolloutReverted',
  rejected: 'VersionRejected',
  blocked: 'FlipBlocked',
  outage: 'DatabaseUnreachable',
  'drain-overdue': null,
  'consumer-missing': 'ConsumerMissing',
};

/**
 * Looks, does the one thing that is next, and looks again, until there is nothing to do but wait.
 * @param mayGoOn asked before each look: false ends it, and the next wake-up goes on
 * @returns the credentials of its group where it has settled: they may have waited for it, and nothing else would wake them
 */
export async function lookAt(
  dependencies: OrchestratorDependencies,
  credential: string,
  sweep: boolean,
  mayGoOn: () => boolean,
): Promise<readonly string[]> {
  let verification: Verification | null = null;
  let freed: readonly string[] = [];
  for (let looks = 0; looks < MOST_LOOKS && mayGoOn(); looks += 1) {
    const look = await observe(dependencies, { credential, sweep, verification });
    if (look === null) {
      dependencies.telemetry.warn('no configuration document: nothing to look at', { credential });
      return freed;
    }
    const action = nextAction(look.observation);
    report(dependencies, credential, action);
    const acted = await act(dependencies, look, action, mayGoOn);
    if (!acted.again) {
      await reportState(dependencies, look, action, mayGoOn);
      return freed;
    }
    if (settles(look, action)) freed = look.config.groupWith;
    verification = acted.verification;
  }
  dependencies.telemetry.warn('out of time: the next wake-up goes on', { credential });
  return freed;
}

function settles({ observation: { record } }: Look, action: Action): boolean {
  return action.kind === 'write-record' && action.record.phase === 'settled' && record?.phase !== 'settled';
}

function report({ telemetry }: OrchestratorDependencies, credential: string, action: Action): void {
  const fields = { credential, row: action.row, action: action.kind, ...details(action) };
  const alarm = action.kind === 'wait' || action.kind === 'write-record' ? action.alarm : undefined;
  if (alarm === undefined) {
    telemetry.info('next', fields);
    return;
  }
  telemetry.warn('next', { ...fields, alarm });
  const metric = METRICS[alarm];
  if (metric !== null) telemetry.count(metric, credential);
}

function details(action: Action): Record<string, string> {
  switch (action.kind) {
    case 'wait':
      return { why: action.reason };
    case 'verify':
    case 'publish':
      return { slot: action.target.slot, version: action.target.version };
    case 'write-record':
      return {
        why: action.why,
        phase: action.record.phase,
        slot: action.record.active.slot,
        version: action.record.active.version,
      };
    case 'force-deployment':
      return { consumer: action.consumer };
    case 'retire':
    case 'terminate':
    case 'unstage':
      return { why: action.why, slot: action.target.slot, version: action.target.version };
    case 'restore':
      return { why: action.why, slot: action.slot };
    case 'rotate':
      return { why: action.why, slot: action.slot, version: action.token };
  }
}
