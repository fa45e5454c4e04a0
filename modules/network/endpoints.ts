import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { Account } from '../shared/account';
import { resourceName } from '../shared/naming';
import type { Network } from './network';

/** All that the rotator calls. */
const ROTATOR_SERVICES = ['secretsmanager', 'ssm'] as const;

/**
 * What the start of a Fargate task calls besides: its log, and a private registry, whose layers lie in S3.
 * Source: Amazon ECR User Guide, "Amazon ECR interface VPC endpoints".
 */
const TASK_SERVICES = ['logs', 'ecr.api', 'ecr.dkr'] as const;

export interface EndpointsProps {
  readonly prefix: string;
  readonly account: Account;
  readonly network: Network;
  /** Route tables that get a way to S3, and with it endpoints for all that tasks need. @default those of the rotator alone */
  readonly taskRouteTableIds?: readonly string[];
}

/** Endpoints of the AWS API, so that no NAT is needed and secrets stay in the AWS network. */
export class Endpoints extends Construct {
  readonly ready: ITerraformDependable[];
  /** Security group of the endpoints. */
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, props: EndpointsProps) {
    super(scope, id);
    const { prefix, network, taskRouteTableIds } = props;
    const group = new SecurityGroup(this, 'security-group', {
      name: resourceName(prefix, ['endpoints']),
      description: 'Endpoints of the AWS API: reached from the whole VPC, whose names resolve to them',
      vpcId: network.vpcId,
    });
    const ingress = new VpcSecurityGroupIngressRule(this, 'ingress', {
      securityGroupId: group.id,
      description: 'The VPC',
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      cidrIpv4: network.cidrBlock,
    });
    const endpoints = ROTATOR_SERVICES.map((service) => this.endpoint(props, group.id, service));
    this.ready = [...endpoints, ingress];
    this.securityGroupId = group.id;
    if (taskRouteTableIds === undefined) return;
    for (const service of TASK_SERVICES) this.endpoint(props, group.id, service);
    new VpcEndpoint(this, 's3', {
      vpcId: network.vpcId,
      serviceName: serviceName(props.account, 's3'),
      vpcEndpointType: 'Gateway',
      routeTableIds: [...taskRouteTableIds],
      tags: { Name: resourceName(prefix, ['s3']) },
    });
  }

  private endpoint(
    { prefix, account, network }: EndpointsProps,
    group: string,
    service: string,
  ): VpcEndpoint {
    return new VpcEndpoint(this, service.replace('.', '-'), {
      vpcId: network.vpcId,
      serviceName: serviceName(account, service),
      vpcEndpointType: 'Interface',
      privateDnsEnabled: true,
      subnetIds: network.subnetIds,
      securityGroupIds: [group],
      tags: { Name: resourceName(prefix, [service]) },
    });
  }
}

/**
 * In China some services are named by the partition's own prefix: of those used here the registry's, while Secrets
 * Manager, Systems Manager, CloudWatch Logs and the gateway to S3 are named as everywhere.
 * Source: DescribeVpcEndpointServices in cn-north-1 and cn-northwest-1, as AWS CDK records it for interface endpoints.
 */
function serviceName(account: Account, service: string): string {
  const prefix = service.startsWith('ecr.') ? account.reverseDnsPrefix : 'com.amazonaws';
  return `${prefix}.${account.region}.${service}`;
}
