import type { OrchestratorGauge, OrchestratorMetric, RotatorMetric } from '../../lambda-src/contract/metrics';

/** What an alarm is called: a metric by its name, and what is seen without one. */
export type AlarmKind =
  RotatorMetric | OrchestratorMetric | OrchestratorGauge | 'LookMissing' | 'DeadLetters' | 'UnexpectedReader';

/** What an alarm means, and what to do first; both are read at night. */
export interface Meaning {
  readonly means: string;
  readonly first: string;
}

export const MEANINGS: Readonly<Record<AlarmKind, Meaning>> = {
  RotationRefused: {
    means: 'A rotation was refused before it changed anything.',
    first:
      'Read in the log of the rotator which clause refused and whom it names, and close that session or task.',
  },
  RotationFailed: {
    means: 'A step of a rotation failed; Secrets Manager repeats it. With two users, no service is affected.',
    first: 'Read in the log of the rotator which step failed and why.',
  },
  RolloutReverted: {
    means: 'Services could not move to the new credential and go back to the former one, which works.',
    first: 'Read the reason in the record or evidence parameter and mend the service it names.',
  },
  RolloutHalted: {
    means: 'The credential is halted: nothing is rotated or rolled out until a person resumes it.',
    first: 'Read the reason in the record parameter, mend it, then resume.',
  },
  VersionRejected: {
    means: 'A value that was to become active does not log in; it was rejected and nothing uses it.',
    first: 'Find in the log of the orchestrator which version it was and who wrote it, and rotate again.',
  },
  DrainOverdue: {
    means: 'Old tasks still use the former user long after the flip, and block the next rotation.',
    first: 'Read in the log of the orchestrator which tasks these are, and stop them.',
  },
  UnregisteredConsumers: {
    means:
      'Services read the credential that nobody registered: they are not redeployed, and lose their login at a later rotation.',
    first:
      'Read in the log of the orchestrator or with tandem preflight which they are, and add them to consumers.',
  },
  FlipBlocked: {
    means: 'A rollout is due and may not begin.',
    first: 'Read in the log of the orchestrator what is in its way, and mend that.',
  },
  DatabaseUnreachable: {
    means: 'The database, or the rotator on the way to it, does not answer; Tandem waits for it.',
    first: 'Ask the rotator for a preflight: it says which endpoint fails and why.',
  },
  ConsumerMissing: {
    means: 'A service in the configuration does not exist or is inactive, and counted as moved.',
    first: 'Take it out of the configuration, or create it.',
  },
  RecordMissing: {
    means: 'There are values but no readable record, so nothing moves.',
    first: 'Restore the record parameter from its history.',
  },
  LookFailed: {
    means: 'The orchestrator could not look or act; it tries again at every wake-up.',
    first: 'Read in its log what failed: most often a permission or a secret that is gone.',
  },
  PasswordAge: {
    means: 'The active password is older than maxAgeDays allows: rotations are late or fail.',
    first: 'Rotate now, unless another alarm says what keeps it from rotating.',
  },
  LookMissing: {
    means:
      'No look has come to its end for three sweeps: nothing is rolled out and no other alarm can be trusted.',
    first:
      'See whether the sweep rule is enabled and whether the orchestrator is invoked, throttled or out of time.',
  },
  DeadLetters: {
    means: 'Wake-ups failed again and again in a way that nobody foresaw.',
    first:
      'Read the error in the log of the orchestrator, then purge the dead-letter queue: the sweep makes up for them.',
  },
  UnexpectedReader: {
    means: 'A secret was read by somebody who is none of the roles that are expected to.',
    first: 'Ask who it was; if nobody knows, take the password for leaked: tandem rotate --compromised.',
  },
};

/** @param whose for instance `app of tandem/prod` */
export function described(kind: AlarmKind, whose: string): string {
  const { means, first } = MEANINGS[kind];
  return `${whose}: ${kind}. ${means} First: ${first}`;
}
