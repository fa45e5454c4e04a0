import fc from 'fast-check';
import { PREFIX_PATTERN } from '../../lambda-src/contract/names';
import { databaseNames } from '../../modules/database/names';
import { secretsKeyAlias } from '../../modules/key/names';
import { executionRoleName } from '../../modules/service/names';
import { databaseName, literals, resourceName, stem } from '../../modules/shared/naming';

describe('names', () => {
  it('join prefix and parts without slashes', () => {
    expect(resourceName('tandem/prod', ['app', 'sweep'])).toBe('tandem-prod-app-sweep');
  });

  it('of a prefix that would read like another end in a hash after the prefix', () => {
    expect(stem('tandem/prod')).toBe('tandem-prod');
    expect(resourceName('tandem-prod', ['app'])).toMatch(/^tandem-prod-[0-9a-f]{8}-app$/);
    expect(stem('Tandem/Prod')).toMatch(/^Tandem-Prod-[0-9a-f]{8}$/);
    expect(stem('tandem/prod/eu')).toMatch(/^tandem-prod-eu-[0-9a-f]{8}$/);
    expect(stem('tandem/0a1b2c3d')).toMatch(/^tandem-0a1b2c3d-[0-9a-f]{8}$/);
  });

  it('keep what credentials and services are called', () => {
    expect(resourceName('tandem/prod', ['App_1-x'])).toBe('tandem-prod-App_1-x');
  });

  it('that would be too long are cut to the limit, stay different, and stay the same', () => {
    const one = resourceName('tandem/prod', ['a'.repeat(70), 'one']);
    const two = resourceName('tandem/prod', ['a'.repeat(70), 'two']);
    expect(one).toHaveLength(64);
    expect(one).not.toBe(two);
    expect(one).toBe(resourceName('tandem/prod', ['a'.repeat(70), 'one']));
  });

  it('of databases have no capitals and no two hyphens in a row', () => {
    expect(databaseName('Tandem/-Prod', ['database'])).toMatch(/^tandem-prod-[0-9a-f]{8}-database$/);
  });
});

/** Everything that an installation names in a space that it shares with others, as IAM sees it: without case. */
function namesOf(prefix: string, names: readonly string[]): Set<string> {
  const all = [
    secretsKeyAlias(prefix),
    databaseNames.instance(prefix),
    databaseNames.clusterInstance(prefix, 1),
    databaseNames.clients(prefix),
    databaseName(prefix, ['database', 'postgres17'], 255),
    ...[[], ['rotator'], ['orchestrator'], ['endpoints'], ['alarms'], ['wake-ups'], ['dead-letters']].map(
      (parts) => resourceName(prefix, parts),
    ),
    ...names.flatMap((name) => [
      resourceName(prefix, [name]),
      resourceName(prefix, [name, 'tasks']),
      resourceName(prefix, [name, 'task']),
      resourceName(prefix, [name, 'events-1']),
      resourceName(prefix, [name, 'RotationFailed'], 255),
      executionRoleName(prefix, name),
    ]),
  ];
  return new Set(all.map((name) => name.toLowerCase()));
}

describe('two installations in one account', () => {
  const word = fc.constantFrom('a', 'A', 'b', 'a-b', 'a_b', 'a.b', 'database', 'web', 'task', 'rotator', '1');
  const prefix = fc
    .tuple(fc.constantFrom('a', 'b', 'A', 'web'), fc.array(word, { maxLength: 3 }))
    .chain(([first, rest]) =>
      fc
        .array(fc.constantFrom('/', '-', '.', '_'), { minLength: rest.length, maxLength: rest.length })
        .map((joints) => first + rest.map((part, index) => `${joints[index] ?? '/'}${part}`).join('')),
    );
  const names = fc.array(fc.constantFrom('a', 'b', 'web', 'task', 'database', 'clients', 'a-b', 'rotator'), {
    minLength: 1,
    maxLength: 4,
  });

  it('share no name of anything, however alike their prefixes are', () => {
    fc.assert(
      fc.property(prefix, prefix, names, names, (one, other, some, more) => {
        fc.pre(one !== other);
        expect([one, other].every((it) => PREFIX_PATTERN.test(it))).toBe(true);
        const taken = namesOf(one, some);
        expect([...namesOf(other, more)].filter((name) => taken.has(name))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('literal text', () => {
  it('keeps Terraform from reading an expression in it, however deep it lies', () => {
    expect(literals({ a: ['${x}', { b: '%{if}' }], n: 1, u: undefined })).toEqual({
      a: ['$${x}', { b: '%%{if}' }],
      n: 1,
      u: undefined,
    });
  });
});
