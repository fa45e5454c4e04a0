/** A service in ECS, by its names. */
export interface ServiceName {
  readonly cluster: string;
  readonly service: string;
}

export interface DraftCredential {
  readonly name: string;
  /** Services that are made, by name, or that are there already. */
  readonly consumers: readonly (string | ServiceName)[];
  /** What is there already and is to be taken over; null where both users are made. */
  readonly adopt: { readonly secret: string; readonly user: string; readonly keyArn: string | null } | null;
  /** Execution roles of the consumers that are there already. */
  readonly readerRoleArns: readonly string[];
}

/** A database server that is there already. */
export interface DraftServer {
  readonly kind: 'instance' | 'cluster';
  readonly identifier: string;
  readonly port: number;
  /** Null where RDS manages the admin's password. */
  readonly adminSecretArn: string | null;
  /** Read replicas, or all instances of a cluster. */
  readonly readerIdentifiers: readonly string[];
  readonly clientSecurityGroupIds: readonly string[];
}

/** What a configuration is written from. */
export interface Draft {
  readonly prefix: string;
  readonly region: string;
  readonly operatorRoleArns: readonly string[];
  /** Null for the default VPC. */
  readonly network: { readonly vpcId: string; readonly subnetIds: readonly string[] } | null;
  readonly database: string;
  /** Null where one is made. */
  readonly server: DraftServer | null;
  readonly credentials: readonly DraftCredential[];
  /** Services to make; without an image they run a loop that logs in. */
  readonly services: readonly { readonly name: string; readonly image: string | null }[];
}
