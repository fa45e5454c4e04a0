import type { EcsContext } from './context';
import type { ServiceRecord } from './state';
import { serviceView } from './views';

/** Services as they were some time ago: ECS reads are eventually consistent. */
export interface ServiceHistory {
  /** Takes note of a service's present state. */
  note(service: ServiceRecord): void;
  /** The state as of the read lag ago; nothing where the service did not exist then. */
  view(service: ServiceRecord): Record<string, unknown> | undefined;
}

interface Snapshot {
  readonly at: number;
  readonly view: Record<string, unknown>;
}

export function createHistory(context: EcsContext): ServiceHistory {
  const lag = context.settings.readLagMs;
  const snapshots = new Map<string, Snapshot[]>();
  if (lag <= 0) return { note: () => undefined, view: (service) => serviceView(context.state, service) };
  return {
    note: (service) => {
      const at = context.clock.now();
      const known = snapshots.get(service.arn) ?? [];
      const needed = known.findLastIndex((snapshot) => snapshot.at <= at - lag);
      const view = serviceView(context.state, service);
      snapshots.set(service.arn, [...known.slice(Math.max(0, needed)), { at, view }]);
    },
    view: (service) => {
      const asOf = context.clock.now() - lag;
      return snapshots.get(service.arn)?.findLast((snapshot) => snapshot.at <= asOf)?.view;
    },
  };
}
