import { AwsError } from '../endpoint/seams';
import { findCluster, findService, missing, page } from './lookup';
import type { RequestOf } from './requests';
import { failDeployment } from './rollout';
import type { ServiceOperations } from './services';

/** "You can specify a maximum of 20 ARNs": DescribeServiceDeployments, API reference. */
const mostPerCall = 20;

/** What ListServiceDeployments leaves out of each (API reference, ServiceDeploymentBrief). */
const brief = new Set([
  'serviceDeploymentArn',
  'serviceArn',
  'clusterArn',
  'startedAt',
  'createdAt',
  'finishedAt',
  'status',
  'statusReason',
]);

/** ListServiceDeployments: newest first, twenty a page unless asked otherwise. Read as of the read lag ago. */
export function listServiceDeployments(
  { context, history }: ServiceOperations,
  request: RequestOf<'ListServiceDeployments'>,
): object {
  const service = findService(context, findCluster(context, request.cluster), request.service);
  const { after = 0, before = Number.POSITIVE_INFINITY } = request.createdAt ?? {};
  const found = history
    .serviceDeployments(service)
    .filter(({ createdAt }) => createdAt > after && createdAt < before)
    .filter(({ status }) => request.status === undefined || request.status.includes(status));
  const { items, ...rest } = page(found, request, 20);
  const serviceDeployments = items.map(({ targetServiceRevision, ...whole }) => ({
    ...Object.fromEntries(Object.entries(whole).filter(([name]) => brief.has(name))),
    targetServiceRevisionArn: targetServiceRevision.arn,
  }));
  return { serviceDeployments, ...rest };
}

/** DescribeServiceDeployments: twenty a call; what is unknown is a failure MISSING. Read as of the read lag ago. */
export function describeServiceDeployments(
  { context, history }: ServiceOperations,
  request: RequestOf<'DescribeServiceDeployments'>,
): object {
  const arns = request.serviceDeploymentArns;
  if (arns.length > mostPerCall)
    throw new AwsError('InvalidParameterException', 'serviceDeploymentArns can have at most 20 items.');
  const known = [...context.state.services.values()].flatMap((service) =>
    history.serviceDeployments(service),
  );
  const found = known.filter(({ serviceDeploymentArn }) => arns.includes(serviceDeploymentArn));
  const unknown = arns.filter((arn) =>
    found.every(({ serviceDeploymentArn }) => serviceDeploymentArn !== arn),
  );
  return { serviceDeployments: found, failures: unknown.map(missing) };
}

/** StopServiceDeployment: a person, or an alarm, calls a deployment back. It is rolled back whatever the breaker says. */
export function stopServiceDeployment(
  { context, history, scheduler }: ServiceOperations,
  { serviceDeploymentArn }: RequestOf<'StopServiceDeployment'>,
): object {
  for (const service of context.state.services.values()) {
    const deployment = service.serviceDeployments.find(({ arn }) => arn === serviceDeploymentArn);
    if (deployment === undefined) continue;
    if (deployment.status !== 'IN_PROGRESS')
      throw new AwsError('ConflictException', 'The service deployment is not in progress.');
    failDeployment(context, service, deployment.target, {
      rollback: true,
      reason: 'Service deployment rolled back because it was stopped.',
    });
    history.note(service);
    scheduler.poke(service);
    return { serviceDeploymentArn };
  }
  throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
}
