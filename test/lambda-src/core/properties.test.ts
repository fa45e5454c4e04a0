import fc from 'fast-check';
import type { Action, RecordWrite } from '../../../lambda-src/core/action';
import { viewOf } from '../../../lambda-src/core/deployments';
import { guardCreate, guardRecord } from '../../../lambda-src/core/guard';
import { nextAction } from '../../../lambda-src/core/next-action';
import type { Observation } from '../../../lambda-src/core/observation';
import { isRejected, type CredentialRecord } from '../../../lambda-src/core/record';
import { other, type SlotVersion } from '../../../lambda-src/core/slot';
import { guardFacts, labels, observation } from './arbitraries';

const RUNS = { numRuns: Number(process.env['TANDEM_PROPERTY_RUNS'] ?? 300) };

/** Every observation that has a record, with the action that follows from it. */
function always(check: (action: Action, before: CredentialRecord, seen: Observation) => void): void {
  fc.assert(
    fc.property(observation, (seen) => {
      if (seen.record !== null) check(nextAction(seen), seen.record, seen);
    }),
    RUNS,
  );
}

function onWrite(
  check: (after: CredentialRecord, before: CredentialRecord, seen: Observation, write: RecordWrite) => void,
): void {
  always((action, before, seen) => {
    if (action.kind === 'write-record') check(action.record, before, seen, action);
  });
}

function accepted({ verification, revision }: Observation, target: SlotVersion): boolean {
  return (
    verification?.result === 'accepted' &&
    verification.revision === revision &&
    verification.target.slot === target.slot &&
    verification.target.version === target.version
  );
}

const isFlipping = ({ phase }: CredentialRecord) => phase === 'rolling' || phase === 'reverting';
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Whether the write does nothing but answer a request with a refusal. */
function isRefusal(after: CredentialRecord, before: CredentialRecord): boolean {
  const last = after.handled.at(-1);
  return same({ ...after, handled: before.handled }, before) && last?.answer.startsWith('refused: ') === true;
}

describe('nextAction, for any observation', () => {
  it('answers, and answers the same again', () => {
    fc.assert(
      fc.property(observation, (seen) => {
        expect(nextAction(structuredClone(seen))).toEqual(nextAction(seen));
      }),
      RUNS,
    );
  });

  it('does nothing but wait where there is no record', () => {
    fc.assert(
      fc.property(observation, (seen) => nextAction({ ...seen, record: null }).kind === 'wait'),
      RUNS,
    );
  });

  it('I1: publishes only the active version, while rolling or reverting, verified at this very revision', () => {
    always((action, before, seen) => {
      if (action.kind !== 'publish') return;
      expect(action.target).toEqual(before.active);
      expect(isFlipping(before)).toBe(true);
      expect(accepted(seen, before.active)).toBe(true);
      expect(before.flippedAt).toBeNull();
    });
  });

  it('I1: notes a flip only where mirror and pointer show the active version, verified at this very revision', () => {
    onWrite((after, before, seen) => {
      if (after.flippedAt === null || after.flippedAt === before.flippedAt) return;
      expect([seen.mirror, seen.pointer]).toEqual(['active', 'active']);
      expect(accepted(seen, before.active)).toBe(true);
      expect(after.flippedAt).toBe(seen.now);
      for (const { name, deployments } of seen.consumers)
        expect(after.consumers[name]?.old).toEqual(deployments.map(({ id }) => id));
    });
  });

  it('I2: rotates only the standby, settled, unpaused, with nothing in flight and no blocker', () => {
    always((action, before, seen) => {
      if (action.kind !== 'rotate') return;
      expect(action.slot).toBe(other(before.active.slot));
      expect([before.phase, before.paused]).toEqual(['settled', false]);
      expect(seen.slots[action.slot].pending).toBeNull();
      expect([seen.blockers, seen.busyGroup]).toEqual([[], []]);
      // Whether a stand-in was made is asked of all versions, not only of those with a label.
      if (action.row === '15') expect(seen.slots[before.active.slot].pending?.standInMade).toBe(false);
      else expect(seen.slots[action.slot].versions).not.toContain(action.token);
    });
  });

  it('takes AWSPENDING off no rotation of the standby that may still run', () => {
    always((action, before, seen) => {
      if (action.kind !== 'unstage') return;
      const { slot, version } = action.target;
      const pending = seen.slots[slot].pending;
      expect(pending?.version).toBe(version);
      expect(before.phase).toBe('settled');
      if (slot !== before.active.slot)
        expect(seen.now).toBeGreaterThan((pending?.since ?? 0) + seen.settings.rotation);
    });
  });

  it('forces deployments only after a noted flip that still stands, one that nothing fresh makes needless', () => {
    always((action, before, seen) => {
      if (action.kind !== 'force-deployment') return;
      expect(isFlipping(before)).toBe(true);
      expect([seen.mirror, seen.pointer]).toEqual(['active', 'active']);
      const consumer = seen.consumers.find(({ name }) => name === action.consumer);
      if (consumer === undefined || before.flippedAt === null) throw new Error('forced without a flip');
      expect(viewOf(consumer, before, before.flippedAt, seen.settings).noted.deployment).toBeNull();
      const { intendedAt } = before.consumers[action.consumer] ?? { intendedAt: null };
      expect(intendedAt === null || seen.now > intendedAt + seen.settings.visibility).toBe(true);
    });
  });

  it('forces no other consumer than the canary before that has moved and baked, unless it reverts', () => {
    always((action, before, seen) => {
      const { bake } = seen.settings;
      if (action.kind !== 'force-deployment' || bake === null || before.phase !== 'rolling') return;
      if (action.consumer === seen.consumers[0]?.name) return;
      expect(seen.now).toBeGreaterThanOrEqual((before.canaryMovedAt ?? Infinity) + bake);
    });
  });

  it('locks nobody out but the former user, settled, with no rotation in flight, after its soak or for a leak', () => {
    always((action, before, seen) => {
      if (action.kind !== 'retire') return;
      expect([before.phase, before.paused]).toEqual(['settled', false]);
      expect(action.target.slot).toBe(other(before.active.slot));
      if (before.compromised !== null) return;
      expect(seen.now).toBeGreaterThan(before.since + (seen.settings.soak ?? Infinity));
      expect(seen.slots[action.target.slot].pending).toBeNull();
    });
  });

  it('I1: settles a rollout only when every consumer moved and no old task is left, or nothing was ever published', () => {
    onWrite((after, before, seen) => {
      if (!isFlipping(before) || after.phase !== 'settled') return;
      const { flippedAt } = before;
      if (flippedAt === null) {
        expect([seen.mirror, seen.pointer]).toEqual(['previous', 'previous']);
        expect(after.active).toEqual(before.previous);
        expect(isRejected(after, before.active)).toBe(true);
        return;
      }
      expect([seen.mirror, seen.pointer]).toEqual(['active', 'active']);
      const views = seen.consumers.map((consumer) => viewOf(consumer, before, flippedAt, seen.settings));
      expect(views.filter(({ moved, oldTasks }) => !moved || oldTasks.length > 0)).toEqual([]);
      expect(after.seen[after.active.slot]).toBe(after.active.version);
    });
  });

  it('I1: changes who is active only by a swap with the previous one, or to a version just verified', () => {
    onWrite((after, before, seen) => {
      if (same(after.active, before.active)) {
        expect(after.previous).toEqual(before.previous);
        return;
      }
      expect(after.previous).toEqual(before.active);
      expect(same(after.active, before.previous) || accepted(seen, after.active)).toBe(true);
      if (before.phase === 'settled') expect(accepted(seen, after.active)).toBe(true);
      expect(after.active.slot).toBe(other(before.active.slot));
    });
  });

  it('clears flip, deployment ids and intents with every write that begins to roll or to revert', () => {
    onWrite((after, before) => {
      if (!isFlipping(after) || (after.phase === before.phase && same(after.active, before.active))) return;
      expect(after.flippedAt).toBeNull();
      for (const noted of Object.values(after.consumers))
        expect(noted).toEqual({ old: [], intendedAt: null, deployment: null, newSince: null });
    });
  });

  it('answers a request at most once, and never loses an answer', () => {
    onWrite((after, before, seen) => {
      expect(after.handled.slice(0, before.handled.length)).toEqual(before.handled);
      const added = after.handled.slice(before.handled.length).map(({ id }) => id);
      expect(added.length).toBeLessThanOrEqual(1);
      for (const id of added) {
        expect(id).toBe(seen.request?.id);
        expect(before.handled.map((handled) => handled.id)).not.toContain(id);
      }
    });
  });

  it('leaves halted only for a resume; anything else that is asked is refused', () => {
    always((action, before, seen) => {
      if (before.phase !== 'halted') return;
      expect(['wait', 'write-record']).toContain(action.kind);
      if (action.kind !== 'write-record') return;
      expect(seen.request?.kind === 'resume' || isRefusal(action.record, before)).toBe(true);
    });
  });

  it('rows 10 to 16 do nothing while paused, except answer', () => {
    always((action, before) => {
      if (!before.paused || !/^1[0-6]$/.test(action.row)) return;
      expect(action.kind).toBe('write-record');
      if (action.kind === 'write-record') expect(isRefusal(action.record, before)).toBe(true);
    });
  });

  it('begins no flip to another version past a blocker or a busy group', () => {
    onWrite((after, before, seen) => {
      if (before.phase !== 'settled' || same(after.active, before.active)) return;
      expect([seen.blockers, seen.busyGroup]).toEqual([[], []]);
    });
  });

  it('says why with every halt, and every write of it alarms', () => {
    onWrite((after, before, _, write) => {
      if (after.phase !== 'halted' || before.phase === 'halted') return;
      expect(after.reason).not.toBeNull();
      expect(after.haltedFrom).toBe(before.phase);
      expect(write.alarm).toBe('halted');
    });
  });

  it('never writes what would lead to the same write again', () => {
    onWrite((after, before, seen) => {
      expect(same(after, before)).toBe(false);
      const again = nextAction({ ...seen, record: after, revision: seen.revision + 1 });
      expect(again.kind === 'write-record' && same(again.record, after)).toBe(false);
    });
  });
});

describe('the guard, for any facts', () => {
  it('answers, and answers the same again', () => {
    fc.assert(
      fc.property(guardFacts, labels, (facts, shown) => {
        expect(guardCreate(structuredClone(facts), shown)).toEqual(guardCreate(facts, shown));
      }),
      RUNS,
    );
  });

  it('I2: lets only the standby of a settled, unpaused record pass that lists every consumer', () => {
    fc.assert(
      fc.property(guardFacts, labels, (facts, shown) => {
        if (guardRecord(facts) !== null && guardCreate(facts, shown) !== null) return;
        const { record, slot, consumers } = facts;
        expect(record).toMatchObject({ phase: 'settled', paused: false, active: { slot: other(slot) } });
        expect(Object.keys(record?.consumers ?? {})).toEqual(expect.arrayContaining([...consumers]));
      }),
      RUNS,
    );
  });

  it('I2: lets createSecret pass only with this token staged and no rollout of the slot due', () => {
    fc.assert(
      fc.property(guardFacts, labels, (facts, shown) => {
        if (guardCreate(facts, shown) !== null || facts.record === null) return;
        const { record, slot, token } = facts;
        expect(shown.pending).toBe(token);
        if (shown.current === null) throw new Error('a slot without a value passed');
        const rejected = isRejected(record, { slot, version: shown.current });
        expect(rejected || record.seen[slot] === shown.current).toBe(true);
      }),
      RUNS,
    );
  });
});
