import type { CredentialRecord } from './record';
import type { Slot, SlotVersion } from './slot';
import type { Strategy } from './strategy';

/** One deployment of an ECS service. */
export interface Deployment {
  readonly id: string;
  readonly primary: boolean;
  /** `rolloutState`. */
  readonly state: 'in-progress' | 'completed' | 'failed';
  /** Milliseconds since the epoch, by ECS's clock. */
  readonly createdAt: number;
}

/** One task that is not STOPPED yet, stopping ones included. */
export interface Task {
  readonly id: string;
  /** Id of the deployment that started it, or whatever a person gave. */
  readonly startedBy: string;
  readonly createdAt: number;
}

/** What ECS says of one consumer. */
export interface ConsumerObservation {
  /** `cluster/service`. */
  readonly name: string;
  /** False where the service is missing or inactive. */
  readonly exists: boolean;
  readonly desiredCount: number;
  readonly deployments: readonly Deployment[];
  readonly tasks: readonly Task[];
}

export interface SlotObservation {
  /** The version that carries AWSCURRENT; null where the slot has no value. */
  readonly current: string | null;
  /** AWSPENDING on a version other than the current one. */
  readonly pending: {
    readonly version: string;
    /** When the version was made, in milliseconds since the epoch. */
    readonly since: number;
    /** The token with which the standby is rotated where this one was refused. */
    readonly standIn: string;
    /** Whether the standby was given a version of that token, with or without a label now; of the active slot only. */
    readonly standInMade: boolean;
  } | null;
  /** Every version that carries a label. */
  readonly versions: readonly string[];
}

/** Whose credential a published copy carries, as the record sees it. */
export type Published = 'active' | 'previous' | 'other';

/** What a person wants, written by the command line. */
export interface PersonRequest {
  readonly id: string;
  readonly kind: 'revert' | 'pause' | 'unpause' | 'resume' | 'rotate' | 'compromised';
  /** The active version that the person meant to leave; of `compromised`, the one whose password leaked. */
  readonly leaving: string;
  /** The token of a rotation made for this request. */
  readonly token: string;
}

/** What `verify` answered for one version, at one revision of the record: valid for no other. */
export interface Verification {
  readonly target: SlotVersion;
  readonly revision: number;
  /** `unusable`: it logs in, and no container could start with it; it is rolled out as little as one that is refused. */
  readonly result: 'accepted' | 'refused' | 'unusable' | 'outage';
  readonly detail: string;
}

/** Durations, in milliseconds. */
export interface Settings {
  readonly deadline: number;
  readonly drainAlarm: number;
  readonly skew: number;
  readonly visibility: number;
  /** The longest that the four steps of one rotation can take together. */
  readonly rotation: number;
  /** How long the first consumer is watched before the others are redeployed; null where all are at once. */
  readonly bake: number | null;
  /** How long after a flip a reader may still have the former credential in its cache; 0 where there is none. */
  readonly lag: number;
  /** From the end of a rollout until the former user is locked out; null where it never is. */
  readonly soak: number | null;
}

/** Everything true that a decision needs, read at one look. */
export interface Observation {
  /** Milliseconds since the epoch, taken before anything else of this look was read. */
  readonly now: number;
  readonly sweep: boolean;
  readonly strategy: Strategy;
  readonly settings: Settings;
  /** Null where there is none, or none that can be read. */
  readonly record: CredentialRecord | null;
  /** Changes with every write of the record. */
  readonly revision: number;
  /** Whether the value that the record calls active can still be fetched. */
  readonly activeValueExists: boolean;
  readonly mirror: Published;
  readonly pointer: Published;
  readonly slots: Readonly<Record<Slot, SlotObservation>>;
  /** Null where there is none. */
  readonly request: PersonRequest | null;
  /** The token with which the standby is rotated because of a leaked password; null where none is noted. */
  readonly replacement: string | null;
  /**
   * The token with which the standby is rotated because the active password is too old; null where it is not, where that
   * was tried today, and but at a sweep.
   */
  readonly overdue: string | null;
  /** The configuration's consumers, in its order. */
  readonly consumers: readonly ConsumerObservation[];
  /** Tasks of the consumers' task definitions that no service started, and that are not STOPPED yet. */
  readonly standalone: readonly Task[];
  /** Why no flip may begin now; empty where one may. */
  readonly blockers: readonly string[];
  /** Credentials of the same group that are not settled. */
  readonly busyGroup: readonly string[];
  readonly verification: Verification | null;
}
