import { LONGEST, type Account } from '../shared/account';

/** A rule's pattern may have this many characters. Source: Amazon EventBridge User Guide, "Quotas". */
const LONGEST_PATTERN = 2_048;

export interface EcsService {
  readonly cluster: string;
  readonly service: string;
}

/** An event pattern, and what to call its rule. */
export interface Pattern {
  readonly id: string;
  readonly json: string;
}

/** Secrets Manager's events about these secrets. */
export function secretPattern(secretArns: readonly string[]): Pattern {
  return {
    id: 'secrets',
    json: JSON.stringify({
      source: ['aws.secretsmanager'],
      'detail-type': ['Secret Label Updated'],
      resources: secretArns,
    }),
  };
}

/** Events about the deployments of these services, and the end of their tasks, in as many patterns as they need. */
export function servicePatterns(account: Account, services: readonly EcsService[]): Pattern[] {
  return [
    ...split(services, (some) => deployments(account, some)).map((json, index) => ({
      id: `deployments-${index + 1}`,
      json,
    })),
    ...split(services, (some) => tasks(account, some)).map((json, index) => ({
      id: `tasks-${index + 1}`,
      json,
    })),
  ];
}

function deployments(account: Account, services: readonly EcsService[]): string {
  return JSON.stringify({
    source: ['aws.ecs'],
    'detail-type': ['ECS Deployment State Change'],
    resources: services.map(({ cluster, service }) => account.arn('ecs', `service/${cluster}/${service}`)),
  });
}

/** Clusters and groups multiply: a service of the same name in another of these clusters wakes too, which does no harm. */
function tasks(account: Account, services: readonly EcsService[]): string {
  const clusters = [...new Set(services.map(({ cluster }) => cluster))];
  return JSON.stringify({
    source: ['aws.ecs'],
    'detail-type': ['ECS Task State Change'],
    detail: {
      clusterArn: clusters.map((cluster) => account.arn('ecs', `cluster/${cluster}`)),
      group: services.map(({ service }) => `service:${service}`),
      lastStatus: ['STOPPED'],
    },
  });
}

/** Fills each pattern as far as it goes. */
function split(services: readonly EcsService[], pattern: (some: readonly EcsService[]) => string): string[] {
  const patterns: string[] = [];
  let some: EcsService[] = [];
  for (const service of services) {
    if (some.length > 0 && longest(pattern([...some, service])) > LONGEST_PATTERN) {
      patterns.push(pattern(some));
      some = [];
    }
    some.push(service);
  }
  return some.length === 0 ? patterns : [...patterns, pattern(some)];
}

/** The longest that a pattern with ARNs yet unknown can become, in characters. */
function longest(pattern: string): number {
  const unknown = /arn:\$\{[^}]*\}:([a-z]+):\$\{[^}]*\}:\$\{[^}]*\}:/g;
  return pattern.replace(unknown, (_, service: string) => {
    return `arn:${'p'.repeat(LONGEST.partition)}:${service}:${'r'.repeat(LONGEST.region)}:${'0'.repeat(LONGEST.account)}:`;
  }).length;
}
