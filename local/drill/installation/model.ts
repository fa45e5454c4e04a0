import type { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import type { DeploymentConfiguration, ECSClient } from '@aws-sdk/client-ecs';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { CredentialDocumentInput } from '../../../lambda-src/contract/config-document';

/** Everything the drill installs is under this path, as a real installation would be under its own. */
export const PREFIX = 'tandem/drill';
export const CREDENTIAL = 'app';
export const CLUSTER = 'drill';
export const ROTATOR = 'tandem-drill-rotator';
export const ORCHESTRATOR = 'tandem-drill-orchestrator';
export const USERS = { blue: 'app_blue', green: 'app_green' } as const;
export const DATABASE = 'app';
export const OWNER = 'app_owner';

/** A credential as the drill installs it. */
export interface DrillCredential {
  readonly name: string;
  readonly users: Readonly<Record<'blue' | 'green', string>>;
  readonly owner: string;
  readonly database: string;
}

export const APP: DrillCredential = { name: CREDENTIAL, users: USERS, owner: OWNER, database: DATABASE };

/** Where the services of a drill use two credentials, the other one; they form a group. */
export const ORDERS: DrillCredential = {
  name: 'orders',
  users: { blue: 'orders_blue', green: 'orders_green' },
  owner: 'orders_owner',
  database: 'orders',
};

/** How a password changes. */
export type Strategy = CredentialDocumentInput['strategy'];

export const STRATEGIES = ['dual-user', 'alternating', 'single'] as const satisfies readonly Strategy[];

/** Timeouts of both functions; the queue hides a message as long, so that a crash is made up for within it. */
const FUNCTION_SECONDS = 30;

/** How a container gets the active credential. */
export type Delivery = CredentialDocumentInput['delivery'];

export const DELIVERIES = ['secret', 'parameter', 'entrypoint'] as const satisfies readonly Delivery[];

export interface Clients {
  readonly secrets: SecretsManagerClient;
  readonly ssm: SSMClient;
  readonly ecs: ECSClient;
  readonly codeDeploy: CodeDeployClient;
  readonly lambda: LambdaClient;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
}

/** A user and a secret that were there before Tandem. */
export interface Adopted {
  readonly user: string;
  readonly secretArn: string;
}

/** A service to start. */
export interface ServicePlan {
  readonly name: string;
  /** What its container runs. @default the drill's application */
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** A shell command that must succeed while a task is healthy. @default none: a task that runs is healthy */
  readonly healthCheck?: string;
  /** How it deploys, besides the circuit breaker. @default rolling */
  readonly deployment?: Pick<DeploymentConfiguration, 'strategy' | 'bakeTimeInMinutes'>;
  /** What makes it one that CodeDeploy deploys. @default ECS does */
  readonly codeDeploy?: {
    /** Minutes for which old tasks run on once traffic has shifted. */
    readonly waitMinutes: number;
  };
}

/** Seconds; the queue hides a message as long as the orchestrator may run. */
export interface FunctionTimeouts {
  readonly rotator: number;
  readonly orchestrator: number;
}

export const DEFAULT_TIMEOUTS: FunctionTimeouts = {
  rotator: FUNCTION_SECONDS,
  orchestrator: FUNCTION_SECONDS,
};

export interface InstallationOptions {
  readonly clients: Clients;
  readonly zips: { readonly rotator: string; readonly orchestrator: string };
  readonly database: {
    readonly host: string;
    readonly port: number;
    readonly caPem: string;
    readonly caFile: string;
  };
  readonly admin: { readonly username: string; readonly password: string };
  /** @default APP */
  readonly credential?: DrillCredential;
  /** @default dual-user */
  readonly strategy?: Strategy;
  /** @default secret */
  readonly delivery?: Delivery;
  readonly services: readonly ServicePlan[];
  /** Tasks of each service. */
  readonly tasks: number;
  /** What was there before and is to be taken over. @default nothing: both users and the secret are made */
  readonly adopt?: Adopted;
  /** Changes to the configuration document, for drills that need other settings. */
  readonly document?: Partial<CredentialDocumentInput>;
  /** Timeouts other than {@link FUNCTION_SECONDS}. */
  readonly timeouts?: FunctionTimeouts;
}

export interface Installation {
  /** ARNs. `active` is what applications read: a secret, or with another delivery the name of that parameter, or of the pointer. */
  readonly secrets: Readonly<Record<'blue' | 'green' | 'active', string>>;
  readonly adminSecret: string;
  readonly queueUrl: string;
}
