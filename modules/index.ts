/** The constructs that the stacks assemble, for stacks of one's own. */
export { Alarms, type AlarmsProps } from './alarms/alarms';
export { Dashboard, type DashboardProps } from './alarms/dashboard';
export { AlarmTopic, type AlarmTopicProps } from './alarms/topic';
export { Credential, type CredentialProps } from './credential/credential';
export { SecretPolicies, type SecretPoliciesProps } from './credential/policies';
export { CredentialRotation, type CredentialRotationProps } from './credential/rotation';
export { WakeUps, type WakeUpsProps } from './credential/wake-ups';
export { DatabaseLookup, type DatabaseLookupProps } from './database/access';
export { DatabaseCluster, type DatabaseClusterProps } from './database/cluster';
export { Database, type DatabaseProps } from './database/database';
export { TandemFunction, type TandemFunctionProps, type Zip } from './function/function';
export { SecretsKey, type SecretsKeyProps } from './key/key';
export { Endpoints, type EndpointsProps } from './network/endpoints';
export { Network, type NetworkProps } from './network/network';
export { Orchestrator, type OrchestratorProps } from './orchestrator/orchestrator';
export { Rotator, type DatabaseAccess, type RotatorProps } from './rotator/rotator';
export { Service, type ServiceProps } from './service/service';
export { Account } from './shared/account';
