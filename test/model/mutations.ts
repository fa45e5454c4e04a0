import type { Action, Row } from '../../lambda-src/core/action';
import type { ConsumerView } from '../../lambda-src/core/deployments';
import type { Strategy } from '../../lambda-src/core/strategy';
import type { GuardFacts, Labels, Refusal } from '../../lambda-src/core/guard';
import type { ConsumerObservation, Observation, Settings } from '../../lambda-src/core/observation';
import type { ConsumerRecord, CredentialRecord } from '../../lambda-src/core/record';
import { replace } from './seams';

/** The product's own functions, which the mutations are made of. */
export interface Actual {
  readonly guardCreate: (facts: GuardFacts, labels: Labels) => Refusal | null;
  readonly flipUnfinished: Row;
  readonly leakedStandby: Row;
  readonly rolloutFailed: Row;
  readonly revertFailed: Row;
  readonly rolloutEnding: Row;
  readonly formerSoaked: Row;
  readonly consumerNotMoving: Row;
  readonly activeRefused: Row;
  readonly viewOf: (
    consumer: ConsumerObservation,
    record: CredentialRecord,
    flippedAt: number,
    settings: Settings,
  ) => ConsumerView;
  readonly failureOf: (
    view: ConsumerView,
    now: number,
    flippedAt: number,
    settings: Settings,
  ) => string | null;
}

type View = Parameters<Actual['viewOf']>;

type Mutation = (actual: Actual) => void;

/** Of the protocol of one secret, with the strategy that each is played with. */
export const ONE_SECRET: Readonly<Record<string, readonly [Exclude<Strategy, 'dual-user'>, Mutation]>> = {
  'a guard that does not ask whether the record is what applications read': [
    'alternating',
    ({ guardCreate }) => {
      replace('guardCurrent', () => null);
      replace('guardFinish', () => null);
      replace('guardCreate', (facts: GuardFacts, labels: Labels) =>
        guardCreate(facts, { ...labels, current: facts.record?.active.version ?? labels.current }),
      );
    },
  ],
  'one secret without open sessions asked for': ['alternating', () => replace('guardSessions', () => null)],
  'the only password of one user cleared away': [
    'single',
    () =>
      replace('stalePending', ({ slots, now, settings, record }: Observation): Action | null => {
        const { pending } = slots.blue;
        if (record?.phase !== 'settled' || pending === null || now <= pending.since + settings.rotation)
          return null;
        const target = { slot: 'blue', version: pending.version } as const;
        return { kind: 'unstage', row: '14', target, why: 'its rotation is long over' };
      }),
  ],
  'one user called locked out in the middle of its rotation': [
    'single',
    ({ activeRefused }) =>
      replace('activeRefused', (observation: Observation) =>
        activeRefused({ ...observation, strategy: 'alternating' }),
      ),
  ],
};

/** Hand-made mutations of the protocol: each takes one of its precautions away. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'no guard': () => {
    for (const clause of ['guardCreate', 'guardRecord', 'guardSessions']) replace(clause, () => null);
  },

  'a guard that does not ask whether the last rotation was rolled out': ({ guardCreate }) => {
    replace('guardCreate', (facts: GuardFacts, labels: Labels) =>
      guardCreate(facts, { ...labels, current: facts.record?.seen[facts.slot] ?? labels.current }),
    );
  },

  'a guard that does not ask for open sessions': () => replace('guardSessions', () => null),

  'a publish without the verification under the lock': ({ flipUnfinished }) => {
    replace('flipUnfinished', (observation: Observation): Action | null => {
      const action = flipUnfinished(observation);
      if (action?.kind !== 'verify') return action;
      const { target } = action;
      const { revision } = observation;
      const verification = { target, revision, result: 'accepted', detail: 'never asked' } as const;
      return flipUnfinished({ ...observation, verification });
    });
  },

  'a flip that is noted before the publish was read back': ({ flipUnfinished }) => {
    replace('flipUnfinished', (observation: Observation): Action | null => {
      const action = flipUnfinished(observation);
      if (action?.kind === 'publish')
        return flipUnfinished({ ...observation, mirror: 'active', pointer: 'active' });
      const { record } = observation;
      if (record === null || action?.kind !== 'write-record') return action;
      const { phase, flippedAt } = action.record;
      if (phase === record.phase && record.flippedAt !== null && flippedAt === null)
        return { kind: 'publish', row: '4', target: record.active };
      return action;
    });
  },

  'a request that is handled twice': () => replace('answer', (record: CredentialRecord) => record),

  'newness by time instead of deployment ids': ({ viewOf }) => {
    replace('viewOf', (...[consumer, record, flippedAt, settings]: View) =>
      viewOf(consumer, noting(record, consumer.name, { old: [] }), flippedAt, { ...settings, skew: 0 }),
    );
  },

  'a revert only of the services that were touched': ({ viewOf, rolloutFailed }) => {
    let untouched: readonly string[] = [];
    replace('rolloutFailed', (observation: Observation): Action | null => {
      const action = rolloutFailed(observation);
      const noted = Object.entries(observation.record?.consumers ?? {});
      untouched = noted.filter(([, { deployment }]) => deployment === null).map(([name]) => name);
      return action;
    });
    replace('viewOf', (...view: View): ConsumerView => {
      const [{ name }, { phase }] = view;
      const seen = viewOf(...view);
      return phase === 'reverting' && untouched.includes(name)
        ? { ...seen, moved: true, oldTasks: [] }
        : seen;
    });
  },

  'another deployment forced after a rollback': ({ failureOf, consumerNotMoving }) => {
    replace('failureOf', (...[view, ...rest]: Parameters<Actual['failureOf']>) =>
      failureOf({ ...view, noted: { ...view.noted, deployment: null } }, ...rest),
    );
    replace('consumerNotMoving', (observation: Observation) =>
      consumerNotMoving(forgettingRollbacks(observation)),
    );
  },

  'a rejected version that is forgotten': () => replace('reject', (record: CredentialRecord) => record),

  'settled with old tasks left': ({ viewOf }) => {
    replace('viewOf', (...view: View): ConsumerView => ({ ...viewOf(...view), oldTasks: [] }));
  },

  'settled with standalone tasks left': () => replace('oldStandalone', () => []),

  'a canary that nobody waits for': () =>
    replace('turnOf', (_place: number, { flippedAt }: { readonly flippedAt: number }) => flippedAt),

  'a former user that is locked out while it is the active one': ({ formerSoaked }) => {
    replace('formerSoaked', (observation: Observation): Action | null => {
      const action = formerSoaked(observation);
      const { record } = observation;
      if (action?.kind !== 'retire' || record === null) return action;
      return { ...action, target: record.active };
    });
    replace('guardRetire', () => null);
    replace('guardSessions', () => null);
  },

  'settled while readers may lag': ({ rolloutEnding }) => {
    replace('rolloutEnding', (observation: Observation) =>
      rolloutEnding({ ...observation, settings: { ...observation.settings, lag: 0 } }),
    );
  },

  'an AWSPENDING that is never cleared': () => replace('stalePending', () => null),

  'an outage that is taken for a refusal': ({ activeRefused, flipUnfinished }) => {
    const takingItSo =
      (row: Row): Row =>
      (observation) => {
        const { verification } = observation;
        if (verification?.result !== 'outage') return row(observation);
        return row({ ...observation, verification: { ...verification, result: 'refused' } });
      };
    replace('activeRefused', takingItSo(activeRefused));
    replace('flipUnfinished', takingItSo(flipUnfinished));
  },

  'a revert that gives up without a failure': ({ revertFailed }) => {
    replace('revertFailed', (observation: Observation): Action | null => {
      const { record, settings } = observation;
      if (record?.phase !== 'reverting') return revertFailed(observation);
      return revertFailed({ ...observation, settings: { ...settings, deadline: 0 } });
    });
  },

  'a way back to a leaked password': () => replace('isLeaked', () => false),

  'a leak that is over once the slot has another value, whatever the server says': ({ leakedStandby }) => {
    replace('leakedStandby', (observation: Observation): Action | null => {
      const action = leakedStandby(observation);
      if (action?.kind !== 'verify') return action;
      const { target } = action;
      const { revision } = observation;
      const verification = { target, revision, result: 'refused', detail: 'never asked' } as const;
      return leakedStandby({ ...observation, verification });
    });
  },

  'a replacement that is tried once': () => replace('replacementStale', () => null),

  'only one deployment known to be new': ({ viewOf }) => {
    replace('viewOf', (...[consumer, record, flippedAt, settings]: View) =>
      viewOf(consumer, noting(record, consumer.name, { newSince: null }), flippedAt, settings),
    );
  },
};

function noting(record: CredentialRecord, name: string, change: Partial<ConsumerRecord>): CredentialRecord {
  const noted = record.consumers[name];
  if (noted === undefined) return record;
  return { ...record, consumers: { ...record.consumers, [name]: { ...noted, ...change } } };
}

function forgettingRollbacks(observation: Observation): Observation {
  let { record } = observation;
  if (record === null) return observation;
  for (const { name, deployments } of observation.consumers) {
    const primary = deployments.find((deployment) => deployment.primary);
    if (primary === undefined || record.consumers[name]?.old.includes(primary.id) !== true) continue;
    record = noting(record, name, { deployment: null, intendedAt: null, newSince: null });
  }
  return { ...observation, record };
}
