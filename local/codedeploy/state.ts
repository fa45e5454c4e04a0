import type { DeployedService } from '../endpoint/seams';

/** What the local CodeDeploy knows: plain records, changed in place. */

export type DeploymentStatus = 'Created' | 'InProgress' | 'Succeeded' | 'Failed' | 'Stopped';

export interface DeploymentRecord {
  readonly id: string;
  readonly group: GroupRecord;
  readonly creator: 'user' | 'codeDeployRollback';
  status: DeploymentStatus;
  readonly content: string;
  /** What is to replace the task set that serves; null before it was made. */
  replacement: string | null;
  /** The task set that served when it began. */
  readonly original: string;
  readonly createdAt: number;
  completedAt?: number;
  /** Why it failed. */
  error?: string;
  /** The deployment that it takes back. */
  readonly takesBack?: string;
  /** The deployment that takes it back. */
  takenBackBy?: string;
}

export interface GroupRecord {
  readonly id: string;
  readonly application: string;
  readonly name: string;
  readonly service: DeployedService;
  readonly serviceRoleArn: string;
  /** Minutes for which the original task set runs on once traffic has shifted. */
  readonly terminationWait: number;
  /** Whether a deployment that fails is taken back. */
  readonly rollsBack: boolean;
  /** Newest first. */
  deployments: DeploymentRecord[];
}

export interface CodeDeployState {
  /** Groups of an application by their names, by the application's. */
  readonly applications: Map<string, Map<string, GroupRecord>>;
}

export function isUnderWay({ status }: DeploymentRecord): boolean {
  return status === 'Created' || status === 'InProgress';
}
