import type { z } from 'zod';
import { AwsError, type Place } from '../endpoint/seams';
import type { BreakerConfiguration } from './breaker';
import { deploymentConfiguration, type circuitBreaker, type RequestOf } from './requests';
import type { Fields, ServiceRecord } from './state';

/** Fields of CreateService and UpdateService that are no part of the stored and answered service fields. */
const notStored = new Set([
  'cluster',
  'serviceName',
  'taskDefinition',
  'desiredCount',
  'clientToken',
  'tags',
  'role',
]);

/** Changing one of these begins a deployment (Developer Guide, "Updating an Amazon ECS service"). */
const deploying = [
  'networkConfiguration',
  'platformVersion',
  'capacityProviderStrategy',
  'loadBalancers',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
] as const;

const noBreaker: z.infer<typeof circuitBreaker> = { enable: false, rollback: false };

/** What a service is answered with where the request said nothing: AWS's defaults. */
export function initialFields(place: Place, request: RequestOf<'CreateService'>): Fields {
  refuseUnserved(request);
  const strategy = request['capacityProviderStrategy'];
  const usesProviders = Array.isArray(strategy) && strategy.length > 0;
  const launchType = request['launchType'] ?? (usesProviders ? undefined : 'EC2');
  const isFargate = launchType === 'FARGATE' || request['platformVersion'] !== undefined || usesProviders;
  return {
    schedulingStrategy: 'REPLICA',
    availabilityZoneRebalancing: 'ENABLED',
    loadBalancers: [],
    serviceRegistries: [],
    placementConstraints: [],
    placementStrategy: [],
    healthCheckGracePeriodSeconds: 0,
    enableECSManagedTags: false,
    enableExecuteCommand: false,
    propagateTags: 'NONE',
    deploymentController: { type: 'ECS' },
    ...(launchType === undefined ? {} : { launchType }),
    ...(isFargate ? { platformVersion: 'LATEST', platformFamily: 'Linux' } : {}),
    ...roleFields(place, request),
    ...storable(request),
    deploymentConfiguration: withDefaults({}, request.deploymentConfiguration),
  };
}

/** The fields after UpdateService: what is given replaces what was. */
export function updatedFields(fields: Fields, request: RequestOf<'UpdateService'>): Fields {
  refuseUnserved(request);
  return {
    ...fields,
    ...storable(request),
    deploymentConfiguration: withDefaults(fields['deploymentConfiguration'], request.deploymentConfiguration),
  };
}

/** Whether the change of fields begins a deployment by itself. */
export function changesDeployment(before: Fields, after: Fields): boolean {
  return deploying.some((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

/** The bounds of a rolling deployment, in percent of the desired count. */
export function percentagesOf(service: ServiceRecord): {
  minimumHealthyPercent: number;
  maximumPercent: number;
} {
  const configuration = deploymentConfiguration.parse(service.fields['deploymentConfiguration'] ?? {});
  return {
    minimumHealthyPercent: configuration.minimumHealthyPercent ?? 100,
    maximumPercent: configuration.maximumPercent ?? 200,
  };
}

/** How a service's deployments shift traffic, in minutes; null for rolling ones, which have no stages. */
export interface Shifting {
  /** All traffic steps together. */
  readonly traffic: number;
  /** Both revisions run on for so long after the last step. */
  readonly bake: number;
}

/** LINEAR waits between its steps and not after the last (API reference, LinearConfiguration). */
export function shiftingOf(service: ServiceRecord): Shifting | null {
  const configuration = deploymentConfiguration.parse(service.fields['deploymentConfiguration'] ?? {});
  const bake = configuration.bakeTimeInMinutes ?? 0;
  const { stepPercent = 10, stepBakeTimeInMinutes = 6 } = configuration.linearConfiguration ?? {};
  switch (configuration.strategy) {
    case undefined:
    case 'ROLLING':
      return null;
    case 'BLUE_GREEN':
      return { traffic: 0, bake };
    case 'LINEAR':
      return { traffic: (Math.ceil(100 / stepPercent) - 1) * stepBakeTimeInMinutes, bake };
    case 'CANARY':
      return { traffic: configuration.canaryConfiguration?.canaryBakeTimeInMinutes ?? 10, bake };
  }
}

export function breakerOf(service: ServiceRecord): BreakerConfiguration {
  const configuration = deploymentConfiguration.parse(service.fields['deploymentConfiguration'] ?? {});
  const breaker = configuration.deploymentCircuitBreaker ?? noBreaker;
  return {
    enable: breaker.enable,
    rollback: breaker.rollback,
    resetOnHealthyTask: breaker.resetOnHealthyTask !== false,
    threshold: breaker.thresholdConfiguration ?? { type: 'BOUNDED_PERCENT', value: 50 },
  };
}

function storable(request: Fields): Fields {
  const kept = Object.entries(request).filter(([name, value]) => !notStored.has(name) && value !== undefined);
  const fields = Object.fromEntries(kept);
  return 'networkConfiguration' in fields
    ? { ...fields, networkConfiguration: networkWithDefaults(fields['networkConfiguration']) }
    : fields;
}

function networkWithDefaults(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || !('awsvpcConfiguration' in given)) return given;
  const own = given.awsvpcConfiguration;
  if (typeof own !== 'object' || own === null) return given;
  return { awsvpcConfiguration: { securityGroups: [], assignPublicIp: 'DISABLED', ...own } };
}

function withDefaults(before: unknown, given: Fields | undefined): Fields {
  const known = typeof before === 'object' && before !== null ? before : {};
  return {
    maximumPercent: 200,
    minimumHealthyPercent: 100,
    deploymentCircuitBreaker: noBreaker,
    strategy: 'ROLLING',
    bakeTimeInMinutes: 0,
    ...known,
    ...given,
  };
}

function roleFields(place: Place, request: RequestOf<'CreateService'>): Fields {
  const iam = `arn:${place.partition}:iam::${place.accountId}:role`;
  const { role } = request;
  if (typeof role === 'string') return { roleArn: role.startsWith('arn:') ? role : `${iam}/${role}` };
  return request['networkConfiguration'] === undefined
    ? {}
    : { roleArn: `${iam}/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS` };
}

function refuseUnserved(request: RequestOf<'CreateService'> | RequestOf<'UpdateService'>): void {
  const controller = request.deploymentController?.type ?? 'ECS';
  if (controller === 'EXTERNAL') unserved(`deployment controller ${controller}`);
  const scheduling = request.schedulingStrategy ?? 'REPLICA';
  if (scheduling !== 'REPLICA') unserved(`scheduling strategy ${scheduling}`);
}

function unserved(what: string): never {
  throw new AwsError('UnsupportedFeatureException', `The local ECS does not serve ${what}.`);
}
