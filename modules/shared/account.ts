import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity';
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition';
import { DataAwsRegion } from '@cdktf/provider-aws/lib/data-aws-region';
import { Construct } from 'constructs';

/** Where Terraform runs: what ARNs by convention are made of, in any partition. */
export class Account extends Construct {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** `amazonaws.com`, in China `amazonaws.com.cn`. */
  readonly dnsSuffix: string;
  /** `com.amazonaws`, in China `cn.com.amazonaws`. */
  readonly reverseDnsPrefix: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const partition = new DataAwsPartition(this, 'partition');
    this.partition = partition.partition;
    this.dnsSuffix = partition.dnsSuffix;
    this.reverseDnsPrefix = partition.reverseDnsPrefix;
    this.region = new DataAwsRegion(this, 'region').name;
    this.accountId = new DataAwsCallerIdentity(this, 'caller').accountId;
  }

  /** @param resource what follows the account, for instance `parameter/tandem/prod/app/record` */
  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${this.accountId}:${resource}`;
  }

  /** @param resource `root`, or for instance `role/tandem-prod-rotator` */
  iamArn(resource: string): string {
    return `arn:${this.partition}:iam::${this.accountId}:${resource}`;
  }

  /** How KMS sees a call that a service such as `ssm` makes for someone. */
  viaService(service: string): string {
    return `${service}.${this.region}.${this.dnsSuffix}`;
  }
}
