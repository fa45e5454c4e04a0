import type { EcsContext } from './context';
import type { ServiceRecord } from './state';
import { serviceDeploymentView, type ServiceDeploymentView } from './service-deployment-view';
import { serviceView } from './views';

/** Services as they were some time ago: ECS reads are eventually consistent. */
export interface ServiceHistory {
  /** Takes note of a service's present state. */
  note(service: ServiceRecord): void;
  /** The state as of the read lag ago; nothing where the service did not exist then. */
  view(service: ServiceRecord): Record<string, unknown> | undefined;
  /** Its service deployments as of then, newest first. */
  serviceDeployments(service: ServiceRecord): readonly ServiceDeploymentView[];
}

interface Snapshot {
  readonly at: number;
  readonly view: Record<string, unknown>;
  readonly serviceDeployments: readonly ServiceDeploymentView[];
}

export function createHistory(context: EcsContext): ServiceHistory {
  const lag = context.settings.readLagMs;
  const snapshots = new Map<string, Snapshot[]>();
  const deploymentsOf = (service: ServiceRecord) =>
    service.serviceDeployments.map((deployment) => serviceDeploymentView(context, service, deployment));
  if (lag <= 0) {
    const view = (service: ServiceRecord) => serviceView(context.state, service);
    return { note: () => undefined, view, serviceDeployments: deploymentsOf };
  }
  const seen = (service: ServiceRecord) => {
    const asOf = context.clock.now() - lag;
    return snapshots.get(service.arn)?.findLast((snapshot) => snapshot.at <= asOf);
  };
  return {
    note: (service) => {
      const at = context.clock.now();
      const known = snapshots.get(service.arn) ?? [];
      const needed = known.findLastIndex((snapshot) => snapshot.at <= at - lag);
      const view = serviceView(context.state, service);
      const snapshot = { at, view, serviceDeployments: deploymentsOf(service) };
      snapshots.set(service.arn, [...known.slice(Math.max(0, needed)), snapshot]);
    },
    view: (service) => seen(service)?.view,
    serviceDeployments: (service) => seen(service)?.serviceDeployments ?? [],
  };
}
