import type { Skips } from '../shared/scan';

const UNPROTECTED = 'Asked for by `protect: false`: a throw-away installation.';
const MONITORING =
  'Enhanced monitoring writes to one log group of the whole account, kept as its owner says: theirs to turn on.';
const INSIGHTS =
  'Performance Insights keeps the text of statements, literals included; whether these may leave the database its owner decides.';
const STATEMENTS = 'It would write statements of applications, with the literals in them, to a log.';
const IAM =
  'Applications log in with passwords. IAM would be one more way in that nothing here uses, rotates or watches.';

/** Checks of a scanner that do not hold for an instance. */
export function instanceSkips(asked: { readonly protect: boolean; readonly multiAz: boolean }): Skips {
  return {
    CKV_AWS_118: MONITORING,
    CKV_AWS_161: IAM,
    CKV_AWS_353: INSIGHTS,
    CKV2_AWS_30: STATEMENTS,
    ...(asked.multiAz ? {} : { CKV_AWS_157: 'Asked for by `multiAz: false`.' }),
    ...(asked.protect ? {} : { CKV_AWS_293: UNPROTECTED }),
  };
}

/** The same of an Aurora cluster. */
export function clusterSkips(asked: {
  readonly protect: boolean;
  readonly storageKeyArn?: string | undefined;
}): Skips {
  return {
    CKV_AWS_162: IAM,
    CKV2_AWS_8:
      'Aurora keeps backups by itself, as long as `backupRetention` says; a plan of AWS Backup is the account’s.',
    CKV2_AWS_27: STATEMENTS,
    ...(asked.storageKeyArn === undefined
      ? {
          CKV_AWS_327:
            'Encrypted with the key that AWS manages; `storageKeyArn` names another, and cannot be changed later.',
        }
      : {}),
    ...(asked.protect ? {} : { CKV_AWS_139: UNPROTECTED }),
  };
}

/** And of an instance of a cluster. */
export const CLUSTER_INSTANCE_SKIPS: Skips = { CKV_AWS_118: MONITORING, CKV_AWS_353: INSIGHTS };

/** The group of those who may connect: other states attach it. */
export const CLIENTS_SKIPS: Skips = {
  CKV2_AWS_5: 'Attached in other states: to the rotator and to the services, which find it by its name.',
};
