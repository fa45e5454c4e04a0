import { failureOf, viewOf } from '../../../../lambda-src/core/deployments';
import { activeTooOld, formerSoaked } from '../../../../lambda-src/core/rows/aged';
import * as flip from '../../../../lambda-src/core/rows/flip';
import * as requests from '../../../../lambda-src/core/rows/requests';
import * as rollout from '../../../../lambda-src/core/rows/rollout';
import * as settledRows from '../../../../lambda-src/core/rows/settled';
import {
  asks,
  DEADLINE,
  GREEN,
  look,
  moved,
  reverting,
  rolling,
  service,
  settled,
  verified,
  WEB,
} from '../examples';

const { flipUnfinished } = flip;
const { pauseRequested, pointlessRequest, resumeRequested, unhandled } = requests;
const { canaryMoved, consumerNotMoving, revertFailed, rolloutEnding, rolloutFailed } = rollout;
const {
  activePending,
  activeRefused,
  consumerJoined,
  personAsked,
  publishedAstray,
  stalePending,
  standbyRotated,
} = settledRows;

/** Every row but the first, which is about this. */
const ROWS = {
  resumeRequested,
  pauseRequested,
  pointlessRequest,
  flipUnfinished,
  publishedAstray,
  rolloutFailed,
  revertFailed,
  canaryMoved,
  consumerNotMoving,
  rolloutEnding,
  consumerJoined,
  personAsked,
  standbyRotated,
  stalePending,
  activePending,
  activeTooOld,
  formerSoaked,
  activeRefused,
};

describe('without a record', () => {
  it.each(Object.entries(ROWS))('%s has nothing to say', (_name, row) => {
    for (const request of [null, asks('rotate'), asks('resume'), asks('pause')])
      expect(row(look(null, { sweep: true, mirror: 'other', request }))).toBeNull();
  });
});

describe('a request', () => {
  it('waits for its answer whatever was answered before', () => {
    const record = settled({ handled: [{ id: 'another', answer: 'done' }] });
    expect(unhandled(look(record, { request: asks('pause') }))?.request.id).toBe('r1');
    expect(unhandled(look(record))).toBeNull();
  });

  it('to rotate needs no previous credential', () => {
    const record = settled({ previous: null });
    expect(personAsked(look(record, { request: asks('rotate') }))).toMatchObject({ kind: 'rotate' });
    expect(pointlessRequest(look(record, { request: asks('rotate') }))).toBeNull();
    expect(personAsked(look(record, { request: asks('revert') }))).toBeNull();
  });

  it('to pause means to leave no version: none can be out of date', () => {
    expect(pointlessRequest(look(settled(), { request: asks('pause', 'blue-0') }))).toBeNull();
  });

  it.each(['revert', 'rotate'] as const)(
    'to %s waits, in its own row, while a person must mend something',
    (kind) => {
      const barred = { request: asks(kind), blockers: ['one'] };
      expect(personAsked(look(settled(), barred))).toMatchObject({
        kind: 'wait',
        row: '11',
        alarm: 'blocked',
      });
    },
  );

  it('to revert during the rollout is open where there is a previous credential that was not rejected', () => {
    expect(pointlessRequest(look(rolling(), { request: asks('revert') }))).toBeNull();
  });

  it('to revert a first rollout is answered: there is nothing to go back to', () => {
    expect(pointlessRequest(look(rolling({ previous: null }), { request: asks('revert') }))).toMatchObject({
      record: { handled: [{ answer: 'refused: there is no previous credential to go back to' }] },
    });
  });
});

describe('values without a record', () => {
  it.each(['blue', 'green'] as const)('alarm where only %s has one', (slot) => {
    const empty = { current: null, pending: null, versions: [] };
    const slots = { blue: empty, green: empty, [slot]: { ...empty, current: 'v' } };
    expect(flip.recordMissing(look(null, { slots }))).toMatchObject({ alarm: 'no-record' });
  });
});

describe('a flip that begins anew', () => {
  it.each([rolling(), reverting()])('stays what it was: $phase', (record) => {
    const seen = { mirror: 'previous', verification: verified(record.active) } as const;
    expect(flipUnfinished(look(record, seen))).toMatchObject({
      record: { phase: record.phase, flippedAt: null, consumers: { [WEB]: { old: [], deployment: null } } },
    });
  });

  it('lists the consumers of the configuration, when it goes back too', () => {
    const consumers = [service(), service({ name: 'main/new' })];
    const reverted = rolloutFailed(look(rolling(), { consumers, request: asks('revert') }));
    expect(reverted).toMatchObject({ record: { active: GREEN, consumers: { [WEB]: {}, 'main/new': {} } } });
  });
});

describe('one consumer', () => {
  const settings = look(settled()).settings;
  const view = (consumer: ReturnType<typeof service>, record = rolling()) =>
    viewOf(consumer, record, 1_000, settings);

  it('that the record does not list has nothing that is old by its id', () => {
    const unlisted = view(service({ name: 'main/new' }));
    expect(unlisted.noted).toEqual({ old: [], intendedAt: null, deployment: null, newSince: null });
  });

  it('has moved by a completed new primary deployment, or where nothing is left to move', () => {
    expect(view(moved())).toMatchObject({ moved: true, vacant: false });
    expect(view(service())).toMatchObject({ moved: false, vacant: false });
    expect(view(service({ deployments: [] }))).toMatchObject({ moved: false, primary: null });
    expect(view(service({ desiredCount: 0 }))).toMatchObject({ moved: false, vacant: false });
    expect(view(service({ tasks: [] }))).toMatchObject({ moved: false, vacant: false });
    expect(view(service({ desiredCount: 0, tasks: [] }))).toMatchObject({ moved: true, vacant: true });
    expect(view(service({ exists: false, tasks: [] }))).toMatchObject({ moved: true, vacant: true });
  });

  it('a task is old that is so by its time and by its deployment', () => {
    const tasks = [
      { id: 'late, of an old deployment', startedBy: 'd1', createdAt: 1_090 },
      { id: 'early, of a new deployment', startedBy: 'd2', createdAt: 900 },
      { id: 'late, of somebody', startedBy: 'a person', createdAt: 1_090 },
      { id: 'early, of somebody', startedBy: 'a person', createdAt: 900 },
    ];
    expect(view(moved({ tasks })).oldTasks.map(({ id }) => id)).toEqual([
      'late, of an old deployment',
      'early, of somebody',
    ]);
  });

  it('what was forced is new, whenever ECS says that it was made', () => {
    const record = rolling({
      consumers: { [WEB]: { old: ['d2'], intendedAt: 1, deployment: 'd2', newSince: null } },
    });
    expect(view(moved(), record).fresh).toHaveLength(1);
  });

  it('has failed only past its deadline, that of its newest deployment', () => {
    const late = (consumer: ReturnType<typeof service>, now: number) =>
      failureOf(view(consumer), now, 1_000, settings);
    const under = service({
      deployments: [{ id: 'd2', primary: true, state: 'in-progress', createdAt: 1_050 }],
    });
    expect(late(service(), 1_000 + DEADLINE)).toBeNull();
    expect(late(service(), 1_001 + DEADLINE)).toMatch(/deadline/);
    expect(late(under, 1_050 + DEADLINE)).toBeNull();
    expect(late(under, 1_051 + DEADLINE)).toMatch(/deadline/);
    expect(late(service({ deployments: [] }), 1_001 + DEADLINE)).toMatch(/deadline/);
    expect(late(service({ exists: false }), 1_001 + DEADLINE)).toBeNull();
  });

  it('without any deployment gets one', () => {
    expect(consumerNotMoving(look(rolling(), { consumers: [service({ deployments: [] })] }))).toEqual({
      kind: 'force-deployment',
      row: '8',
      consumer: WEB,
    });
  });

  it('without a primary deployment was not rolled back', () => {
    const record = rolling({
      consumers: { [WEB]: { old: ['d1'], intendedAt: 1, deployment: 'd2', newSince: 1_001 } },
    });
    const seen = view(service({ deployments: [] }), record);
    expect(failureOf(seen, 1_100, 1_000, settings)).toBeNull();
  });
});
