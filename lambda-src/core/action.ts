import type { Observation } from './observation';
import type { CredentialRecord } from './record';
import type { Slot, SlotVersion } from './slot';

/** What people are told loudly; the metric of the same name carries it. */
export type Alarm =
  | 'no-record'
  | 'halted'
  | 'reverted'
  | 'rejected'
  | 'blocked'
  | 'outage'
  | 'drain-overdue'
  | 'consumer-missing';

/** The one thing to do next. `row` names the row of the protocol that decided it. */
export type Action =
  | { readonly kind: 'wait'; readonly row: string; readonly reason: string; readonly alarm?: Alarm }
  /** Log in with exactly this version, under the rotator's lock. */
  | { readonly kind: 'verify'; readonly row: string; readonly target: SlotVersion }
  /** Make mirror, then pointer, carry this version. */
  | { readonly kind: 'publish'; readonly row: string; readonly target: SlotVersion }
  | {
      readonly kind: 'write-record';
      readonly row: string;
      readonly record: CredentialRecord;
      readonly why: string;
      readonly alarm?: Alarm;
      /** Whether a rotation or a leak is over and evidence is to be written first. */
      readonly evidence?: 'adopted' | 'reverted' | 'replaced';
    }
  /** Note the intent, UpdateService with forceNewDeployment, note the id. */
  | { readonly kind: 'force-deployment'; readonly row: string; readonly consumer: string }
  /** Remove AWSPENDING from this version, if it still carries it. */
  | { readonly kind: 'unstage'; readonly row: string; readonly target: SlotVersion; readonly why: string }
  | {
      readonly kind: 'rotate';
      readonly row: string;
      readonly slot: Slot;
      readonly token: string;
      readonly why: string;
    }
  /** Note the intent, NOLOGIN, note that it is done. */
  | { readonly kind: 'retire'; readonly row: string; readonly target: SlotVersion; readonly why: string }
  /** LOGIN, then note that the user is not retired any more. */
  | { readonly kind: 'restore'; readonly row: string; readonly slot: Slot; readonly why: string }
  /** End every session of a user that is locked out, then note it. */
  | { readonly kind: 'terminate'; readonly row: string; readonly target: SlotVersion; readonly why: string };

export type Rotation = Extract<Action, { readonly kind: 'rotate' }>;
export type RecordWrite = Extract<Action, { readonly kind: 'write-record' }>;

/** One row of the protocol: an action where it applies, null where the next row is to be tried. */
export type Row = (observation: Observation) => Action | null;
