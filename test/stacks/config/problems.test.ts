import { problemsOf } from '../../../stacks/config/problems';
import { example } from '../support/synthesis';
import { badConsumers } from './bad-consumers';
import { badDatabases } from './bad-databases';
import { badDeliveries } from './bad-deliveries';
import { badImports } from './bad-imports';
import { app, badInputs, set, type Change } from './bad-inputs';
import { badNames } from './bad-names';
import { badSchedules } from './bad-schedules';
import { badStrategies } from './bad-strategies';

function found(...changes: readonly Change[]): string[] {
  const input = structuredClone(example()) as unknown as Record<string, unknown>;
  for (const change of changes) change(input);
  return problemsOf(input).map(({ path, fix }) => `${path} ${fix}`);
}

describe('a configuration', () => {
  it('is accepted when nothing is wrong', () => {
    expect(found()).toEqual([]);
  });

  it.each([
    ...badInputs,
    ...badConsumers,
    ...badDatabases,
    ...badNames,
    ...badSchedules,
    ...badStrategies,
    ...badDeliveries,
    ...badImports,
  ])('with %s is refused in words that say where and what to do', (_, change, message) => {
    expect(found(change)).toContainEqual(expect.stringMatching(message));
  });

  it.each(['alternating', 'single'])('of the strategy %s is accepted, at dates and at a rate', (strategy) => {
    const of = set(`${app}.strategy`, strategy);
    expect(found(of)).toEqual([]);
    expect(found(of, set(`${app}.schedule`, { secret: { expression: 'rate(30 days)' } }))).toEqual([]);
    expect(
      found(of, set(`${app}.users`, { blue: 'a', ...(strategy === 'single' ? {} : { green: 'b' }) })),
    ).toEqual([]);
  });

  it.each([
    [256, 512],
    [256, 2048],
    [512, 1024],
    [1024, 8192],
    [4096, 30_720],
  ])('with a service of %i CPU units and %i MiB is accepted', (cpu, memory) => {
    expect(found(set('services.web', { image: 'x', cpu, memory }))).toEqual([]);
  });

  it('that is no mapping at all is refused', () => {
    expect(problemsOf([1]).map(({ fix }) => fix)).toEqual(['must be a mapping']);
  });

  it('is told of every mistake at once, those of meaning beside those of shape', () => {
    const problems = found(
      set('region', 'x'),
      set('services.web.cpu', 1),
      set('services.other', { image: 'x' }),
      set(`${app}.users`, { blue: 'a', green: 'a' }),
    );
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'region',
      'services.web.cpu',
      'credentials.app.users.green',
      'services.other',
    ]);
  });
});
