import { DataAwsSubnets } from '@cdktf/provider-aws/lib/data-aws-subnets';
import { DataAwsVpc } from '@cdktf/provider-aws/lib/data-aws-vpc';
import { Construct } from 'constructs';

export interface NetworkProps {
  /** @default the account's default VPC */
  readonly vpcId?: string;
  /** @default the default subnet of every availability zone */
  readonly subnetIds?: readonly string[];
}

/** The VPC that everything lives in, looked up: Tandem creates none. */
export class Network extends Construct {
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly subnetIds: string[];

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const vpc = new DataAwsVpc(
      this,
      'vpc',
      props.vpcId === undefined ? { default: true } : { id: props.vpcId },
    );
    this.vpcId = vpc.id;
    this.cidrBlock = vpc.cidrBlock;
    this.subnetIds =
      props.subnetIds === undefined
        ? new DataAwsSubnets(this, 'subnets', {
            filter: [
              { name: 'vpc-id', values: [vpc.id] },
              { name: 'default-for-az', values: ['true'] },
            ],
          }).ids
        : [...props.subnetIds];
  }
}
