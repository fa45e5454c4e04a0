import fc from 'fast-check';
import type { GuardFacts, Labels } from '../../../lambda-src/core/guard';
import type {
  ConsumerObservation,
  Observation,
  PersonRequest,
  SlotObservation,
  Verification,
} from '../../../lambda-src/core/observation';
import type { ConsumerRecord, CredentialRecord, Phase } from '../../../lambda-src/core/record';
import { other, type Slot, type SlotVersion } from '../../../lambda-src/core/slot';
import type { Strategy } from '../../../lambda-src/core/strategy';

/** Few values of everything: what matters is which are equal. */
const CONSUMERS = ['main/web', 'main/api'];
const slot = fc.constantFrom<Slot>('blue', 'green');
const version = fc.constantFrom('v1', 'v2', 'v3', 'v4');
const time = fc.nat({ max: 100 });
const often = <T>(usual: T, rare: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: rare });
const slotVersion: fc.Arbitrary<SlotVersion> = fc.record({ slot, version });
const deploymentId = fc.constantFrom('d1', 'd2', 'd3', 'd4');

const consumerRecord: fc.Arbitrary<ConsumerRecord> = fc.record({
  old: fc.uniqueArray(deploymentId, { maxLength: 2 }),
  intendedAt: fc.option(time),
  newSince: fc.option(time),
  deployment: fc.option(deploymentId),
});

const noted = (minKeys: number) =>
  fc.dictionary(fc.constantFrom(...CONSUMERS), consumerRecord, { noNullPrototype: true, minKeys });

/** Records that the rows can leave behind, those of dual-user: active and previous are never of one slot. */
export const record: fc.Arbitrary<CredentialRecord> = fc
  .record({
    phase: fc.constantFrom<Phase>('settled', 'rolling', 'reverting', 'halted'),
    haltedFrom: fc.option(fc.constantFrom<Exclude<Phase, 'halted'>>('settled', 'rolling', 'reverting')),
    since: time,
    active: slotVersion,
    previous: fc.option(version, { freq: 4 }),
    seen: fc.record({ blue: fc.option(version), green: fc.option(version) }),
    rejected: fc.array(slotVersion, { maxLength: 3 }),
    flippedAt: fc.option(time, { freq: 2 }),
    canaryMovedAt: fc.option(time, { freq: 2 }),
    consumers: fc.oneof({ weight: 9, arbitrary: noted(2) }, { weight: 1, arbitrary: noted(0) }),
    handled: fc.array(fc.record({ id: fc.constantFrom('r1', 'r2'), answer: fc.constant('done') }), {
      maxLength: 1,
    }),
    paused: often(false, fc.constant(true)),
    compromised: often<CredentialRecord['compromised']>(
      null,
      fc.record({ slot, version, reportedAt: time, ended: fc.boolean(), attempts: fc.nat({ max: 2 }) }),
    ),
    retired: often<CredentialRecord['retired']>(null, fc.record({ slot, done: fc.boolean() })),
    reason: fc.option(fc.constant('why')),
  })
  .map(({ previous, ...rest }) => ({
    ...rest,
    schema: 1,
    haltedFrom: rest.phase === 'halted' ? rest.haltedFrom : null,
    previous: previous === null ? null : { slot: other(rest.active.slot), version: previous },
  }));

const consumer = (name: string): fc.Arbitrary<ConsumerObservation> =>
  fc.record({
    name: fc.constant(name),
    exists: often(true, fc.constant(false)),
    desiredCount: fc.nat({ max: 2 }),
    deployments: fc.uniqueArray(
      fc.record({
        id: deploymentId,
        primary: fc.boolean(),
        state: fc.constantFrom('in-progress' as const, 'completed' as const, 'failed' as const),
        createdAt: time,
      }),
      { selector: ({ id }) => id, maxLength: 3 },
    ),
    tasks: fc.array(
      fc.record({
        id: fc.constantFrom('t1', 't2'),
        startedBy: fc.oneof(deploymentId, fc.constant('a person')),
        createdAt: time,
      }),
      { maxLength: 2 },
    ),
  });

const slotObservation: fc.Arbitrary<SlotObservation> = fc.record({
  current: fc.option(version, { freq: 9 }),
  pending: fc.option(
    fc.record({
      version,
      since: time,
      standIn: fc.constantFrom('v3', 'v4', 'stand-in'),
      standInMade: fc.boolean(),
    }),
  ),
  versions: fc.uniqueArray(fc.oneof(version, fc.constant('token-r1'))),
});

const request: fc.Arbitrary<PersonRequest> = fc.record({
  id: fc.constantFrom('r1', 'r2'),
  kind: fc.constantFrom<PersonRequest['kind']>(
    'revert',
    'pause',
    'unpause',
    'resume',
    'rotate',
    'compromised',
  ),
  leaving: version,
  token: fc.constantFrom('token-r1', 'token-r2'),
});

const published = often(
  'active' as const,
  fc.constantFrom('active' as const, 'previous' as const, 'other' as const),
);

const base = fc.record({
  now: fc.nat({ max: 200 }),
  sweep: fc.boolean(),
  strategy: fc.constant<Strategy>('dual-user'),
  settings: fc.record({
    deadline: time,
    drainAlarm: time,
    skew: fc.nat({ max: 5 }),
    visibility: fc.nat({ max: 10 }),
    rotation: fc.nat({ max: 50 }),
    bake: fc.option(time, { freq: 2 }),
    lag: fc.constantFrom(0, 0, 20),
    soak: fc.option(time, { freq: 2 }),
  }),
  record: fc.option(record, { freq: 20 }),
  revision: fc.nat({ max: 2 }),
  activeValueExists: often(true, often(true, fc.constant(false))),
  mirror: published,
  pointer: published,
  slots: fc.record({ blue: slotObservation, green: slotObservation }),
  request: often<PersonRequest | null>(null, request),
  replacement: fc.constantFrom(null, 'v4', 'replacement'),
  overdue: fc.constantFrom(null, null, 'overdue'),
  consumers: fc
    .subarray(CONSUMERS)
    .chain((names) => fc.tuple(...names.map(consumer)))
    .map((consumers): readonly ConsumerObservation[] => consumers),
  standalone: often<Observation['standalone']>(
    [],
    fc.array(fc.record({ id: fc.constantFrom('r1', 'r2'), startedBy: fc.constant(''), createdAt: time }), {
      maxLength: 2,
    }),
  ),
  blockers: often<readonly string[]>([], fc.constant(['a blocker'])),
  busyGroup: often<readonly string[]>([], fc.constant(['another credential'])),
});

/** Of what the rows would ask to verify now, or of anything; at this revision, or at an older one. */
const verification = ({ record, revision, slots }: Omit<Observation, 'verification'>) => {
  const targets = [
    ...(record === null
      ? []
      : [
          record.active,
          record.active,
          record.active,
          ...(record.previous === null ? [] : [record.previous]),
        ]),
    ...(['blue', 'green'] as const).flatMap((name) => {
      const { current } = slots[name];
      return current === null ? [] : [{ slot: name, version: current }];
    }),
  ];
  return fc.option(
    fc.record<Verification>({
      target:
        targets.length === 0
          ? slotVersion
          : fc.oneof(
              { weight: 9, arbitrary: fc.constantFrom(...targets) },
              { weight: 1, arbitrary: slotVersion },
            ),
      revision: fc.oneof(
        { weight: 3, arbitrary: fc.constant(revision) },
        { weight: 1, arbitrary: fc.constant(revision - 1) },
      ),
      result: fc.constantFrom('accepted', 'accepted', 'accepted', 'refused', 'outage'),
      detail: fc.constant('as asked'),
    }),
    { freq: 5 },
  );
};

/** Whole observations: lagging and odd ones too. */
export const observation: fc.Arbitrary<Observation> = base.chain((rest) =>
  verification(rest).map((answer) => ({ ...rest, verification: answer })),
);

export const guardFacts: fc.Arbitrary<GuardFacts> = fc.record({
  strategy: fc.constant<Strategy>('dual-user'),
  slot,
  token: version,
  record: fc.option(record, { freq: 10 }),
  consumers: fc.subarray(CONSUMERS),
});

export const labels: fc.Arbitrary<Labels> = fc.record({
  current: fc.option(version, { freq: 9 }),
  pending: fc.option(version, { freq: 9 }),
  rotationEnabled: fc.boolean(),
});
