import type { ConfigurationInput } from '../../stacks/config/schema';
import { example, synthesize } from './support/synthesis';

const endpointsOf = (network: ConfigurationInput['network'] = {}) =>
  synthesize(example((it) => void (it.network = network))).rotation.resources('aws_vpc_endpoint');
/** The name that Terraform makes of it, where the partition has this prefix and the region is called r. */
const inRegion = (name: unknown, prefix: string) =>
  String(name)
    .replace(/\$\{[^}]*reverse_dns_prefix\}/, prefix)
    .replace(/\$\{[^}]*\}/, 'r');
const services = (endpoints: ReturnType<typeof endpointsOf>) =>
  [...endpoints.values()].map(({ service_name: name, vpc_endpoint_type: type }) => [
    inRegion(name, 'com.amazonaws').replace(/^com\.amazonaws\.r\./, ''),
    type,
  ]);

const rotator = [
  ['secretsmanager', 'Interface'],
  ['ssm', 'Interface'],
];

describe('the endpoints', () => {
  it('are what the rotator calls, and nothing else, reached by their usual names', () => {
    const endpoints = endpointsOf();
    expect(services(endpoints)).toEqual(rotator);
    for (const endpoint of endpoints.values()) expect(endpoint['private_dns_enabled']).toBe(true);
  });

  it('are besides, if asked, what the start of a task calls, with S3 in the tasks’ route tables', () => {
    const endpoints = endpointsOf({ taskRouteTableIds: ['rtb-1', 'rtb-2'] });
    expect(services(endpoints).sort()).toEqual([
      ['ecr.api', 'Interface'],
      ['ecr.dkr', 'Interface'],
      ['logs', 'Interface'],
      ['s3', 'Gateway'],
      ...rotator,
    ]);
    expect(endpoints.get('endpoints_s3')).toMatchObject({ route_table_ids: ['rtb-1', 'rtb-2'] });
    expect(endpoints.get('endpoints_s3')).not.toHaveProperty('private_dns_enabled');
  });

  it('are named in China as they are there: the registry by the partition’s own prefix, the others as everywhere', () => {
    const endpoints = [...endpointsOf({ taskRouteTableIds: ['rtb-1'] }).values()];
    expect(endpoints.map(({ service_name: name }) => inRegion(name, 'cn.com.amazonaws')).sort()).toEqual([
      'cn.com.amazonaws.r.ecr.api',
      'cn.com.amazonaws.r.ecr.dkr',
      'com.amazonaws.r.logs',
      'com.amazonaws.r.s3',
      'com.amazonaws.r.secretsmanager',
      'com.amazonaws.r.ssm',
    ]);
  });

  it('are all that the rotator reaches besides the database, where the installation makes them', () => {
    const egress = (network: ConfigurationInput['network']) =>
      synthesize(example((it) => void (it.network = network))).rotation.resource(
        'aws_vpc_security_group_egress_rule',
        'rotator_egress-api',
      );
    const own = egress({});
    expect(own['referenced_security_group_id']).toBe('${aws_security_group.endpoints_security-group.id}');
    expect(own).not.toHaveProperty('cidr_ipv4');
    expect(egress({ endpoints: false })['cidr_ipv4']).toBe('0.0.0.0/0');
  });

  it('are none where the VPC has them', () => {
    expect(endpointsOf({ endpoints: false }).size).toBe(0);
  });
});
