import { nextAction } from '../../../lambda-src/core/next-action';
import type { Observation } from '../../../lambda-src/core/observation';
import type { Compromised, CredentialRecord } from '../../../lambda-src/core/record';
import type { SlotVersion } from '../../../lambda-src/core/slot';
import { GREEN, look, settled } from './examples';

export const TOKEN = 'replacement';
export const leak = (of: SlotVersion, change: Partial<Compromised> = {}): Compromised => ({
  ...of,
  reportedAt: 1_100,
  ended: false,
  attempts: 0,
  ...change,
});
export const leaked = (of: SlotVersion, change: Partial<CredentialRecord> = {}) =>
  settled({ compromised: leak(of), ...change });
export const seen = (record: CredentialRecord, change: Partial<Observation> = {}) =>
  nextAction(look(record, { replacement: TOKEN, ...change }));
export const standby = (change: Partial<Observation['slots']['green']>) => {
  const { blue, green } = look(settled()).slots;
  return { slots: { blue, green: { ...green, ...change } } };
};
export const GONE = { retired: { slot: 'green', done: true } } as const;
export const LOCKED = { ...GONE, compromised: leak(GREEN, { ended: true }) };
