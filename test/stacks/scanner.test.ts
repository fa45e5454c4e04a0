import { scanBaseline, type Baseline, type State } from '../../scripts/scan-baseline';
import { NOTHING, type Scanned } from './scanner/check';
import { CHECKS, WITHOUT_CHECKS } from './scanner/checks';
import { scanned, skipsOf, VARIANTS } from './scanner/variants';

const applying = ({ type }: Scanned) => CHECKS.filter(({ types }) => types.includes(type));
const isSkipped = (it: Scanned, id: string) => skipsOf(it).some((skip) => skip.id === id);
const place = ({ type, address }: Scanned) => `${type}.${address}`;

/** What checkov's two kinds of checks call an element. */
const namesOf = (it: Scanned) => [
  `${it.type.startsWith('data.') ? 'data' : 'resource'}.${it.address}`,
  place(it),
];

/** As checkov compares a finding with its baseline: by resource and id. */
const isKnown = (known: Baseline['failed_checks'], resource: string, id: string) =>
  known.some(({ findings }) => findings.some((it) => it.resource === resource && it.check_ids.includes(id)));

describe.each(Object.entries(VARIANTS))('a scanner finds in %s', (_, variant) => {
  const all = scanned(variant);

  it('nothing that is not skipped with a reason: mend it, or skipScan it where it is made', () => {
    const found = all.flatMap((it) =>
      applying(it)
        .filter(({ id, holds }) => !holds(it) && !isSkipped(it, id))
        .map(({ id, asks }) => `${place(it)}: ${id}, whether it ${asks}`),
    );
    expect(found).toEqual([]);
  });

  it('no skip of a check that holds, or that does not apply', () => {
    const idle = all.flatMap((it) =>
      skipsOf(it)
        .filter(
          ({ id }) =>
            applying(it)
              .find((one) => one.id === id)
              ?.holds(it) !== false,
        )
        .map(({ id }) => `${place(it)}: ${id}`),
    );
    expect(idle).toEqual([]);
  });

  it('no type that nobody has looked up: write its checks, or list it as one without', () => {
    const known = new Set([...CHECKS.flatMap(({ types }) => types), ...WITHOUT_CHECKS]);
    expect([...new Set(all.map(({ type }) => type))].filter((type) => !known.has(type))).toEqual([]);
  });

  it('nothing besides the baseline, which is what checkov heeds', () => {
    const states = [...new Set(all.map(({ stack }) => stack))].map(
      ({ json }, index) => [`/${index}`, json as State] as const,
    );
    const { failed_checks: known } = scanBaseline(Object.fromEntries(states));
    for (const it of all) {
      for (const { id } of skipsOf(it)) {
        for (const name of namesOf(it))
          expect([name, id, isKnown(known, name, id)]).toEqual([name, id, true]);
      }
    }
  });

  it('reasons that are sentences', () => {
    for (const { comment } of all.flatMap(skipsOf)) expect(comment).toMatch(/^[A-Z].{20,}\.$/);
  });
});

describe('each check', () => {
  it.each(CHECKS.map((one) => [one.id, one.asks, one] as const))(
    '%s, whether it %s, finds an offender',
    (...[, , one]) => {
      for (const type of one.types) {
        expect(one.holds({ type, address: 'offender', block: one.offender, stack: NOTHING })).toBe(false);
      }
    },
  );

  it('has an id of its own', () => {
    const ids = CHECKS.map(({ id }) => id);
    expect(ids).toHaveLength(new Set(ids).size);
  });
});
