import type { Fault } from '../../../../local/drill/faults/model';
import { planRounds, roundName } from '../../../../local/drill/faults/plan';
import { seededRandom } from '../../../../local/drill/faults/random';
import { FAULTS, parseFaults } from '../../../../local/drill/faults/table';

const namesOf = (faults: readonly Fault[], seed: number) =>
  planRounds(faults, seededRandom(seed)).map(roundName);

describe('the plan of a drill with faults', () => {
  it('is determined by its seed', () => {
    expect(namesOf(FAULTS, 7)).toEqual(namesOf(FAULTS, 7));
    expect(namesOf(FAULTS, 7)).not.toEqual(namesOf(FAULTS, 8));
  });

  it.each([0, 1, 2, 3, 4_294_967_295])('with seed %i has every fault in it, once', (seed) => {
    const played = planRounds(FAULTS, seededRandom(seed)).flatMap(({ incident, weather }) =>
      [incident, weather].flatMap((fault) => (fault === null ? [] : [fault.name])),
    );
    expect([...played].sort()).toEqual(FAULTS.map(({ name }) => name).sort());
  });

  it('gives a weather that finds no incident a rotation to itself', () => {
    const { faults } = parseFaults('throttling,events-dropped,kill-set');
    const rounds = planRounds(faults, seededRandom(3));
    expect(rounds).toHaveLength(2);
    expect(rounds.map(({ incident }) => incident?.name ?? null)).toEqual(['kill-set', null]);
    expect(rounds.every(({ weather }) => weather !== null)).toBe(true);
  });
});

describe('the draws of a seed', () => {
  it('are the same wherever they are made', () => {
    const random = seededRandom(1);
    expect([random.below(1_000), random.below(1_000), random.below(1_000)]).toEqual([627, 2, 527]);
  });

  it('of a branch are moved by nothing that is drawn elsewhere', () => {
    const [quiet, busy] = [seededRandom(5), seededRandom(5)];
    busy.below(10);
    busy.branch('other').below(10);
    expect(busy.branch('kill-set').below(1_000_000)).toBe(quiet.branch('kill-set').below(1_000_000));
    expect(quiet.branch('kill-set').below(1_000_000)).not.toBe(quiet.branch('kill-test').below(1_000_000));
  });

  it('stay within what was asked for, and reach all of it', () => {
    const random = seededRandom(9);
    const drawn = new Set(Array.from({ length: 1_000 }, () => random.below(6)));
    expect([...drawn].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(random.shuffled([1, 2, 3, 4]).sort()).toEqual([1, 2, 3, 4]);
  });
});
