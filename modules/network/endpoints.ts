import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { Account } from '../shared/account';
import { resourceName } from '../shared/naming';
import type { Network } from './network';

/** All that the rotator calls. */
const SERVICES = ['secretsmanager', 'ssm'] as const;

export interface EndpointsProps {
  readonly prefix: string;
  readonly account: Account;
  readonly network: Network;
}

/** Interface endpoints, so that the rotator needs no NAT and secrets stay in the AWS network. */
export class Endpoints extends Construct {
  readonly ready: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: EndpointsProps) {
    super(scope, id);
    const { prefix, network } = props;
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
    const endpoints = SERVICES.map(
      (service) =>
        new VpcEndpoint(this, service, {
          vpcId: network.vpcId,
          serviceName: `com.amazonaws.${props.account.region}.${service}`,
          vpcEndpointType: 'Interface',
          privateDnsEnabled: true,
          subnetIds: network.subnetIds,
          securityGroupIds: [group.id],
          tags: { Name: resourceName(prefix, [service]) },
        }),
    );
    this.ready = [...endpoints, ingress];
  }
}
