import type { ConfigurationInput } from '../../../stacks/config/schema';
import { calendarProblem } from '../../../stacks/config/calendar';
import { problemsOf } from '../../../stacks/config/problems';
import { VARIABLES } from '../../../stacks/module/variables';
import { wrongCalls } from '../../../stacks/module/validation-tests';
import { example } from '../support/synthesis';

/** The same mistake in a configuration file, by the variable that has it in a module. */
const MISTAKES: readonly [string, string, (input: ConfigurationInput) => void][] = [
  ['prefix', 'prefix', (input) => (input.prefix = '/shop')],
  ['prefix', 'prefix', (input) => (input.prefix = 'p'.repeat(33))],
  ['prefix', 'prefix', (input) => (input.prefix = '1shop')],
  ['prefix', 'prefix', (input) => (input.prefix = 'aws/shop')],
  ['prefix', 'prefix', (input) => (input.prefix = 'sg/shop')],
  ['prefix', 'prefix', (input) => (input.prefix = 'a/b/c/d/e/f/g/h/i/j/k/l/m/n')],
  ['consumers', 'consumers', (input) => app(input, { consumers: [] })],
  [
    'consumers',
    'consumers',
    (input) =>
      app(input, {
        consumers: Array.from({ length: 51 }, (_, index) => ({ cluster: 'c', service: `s${index}` })),
        readerRoleArns: [],
      }),
  ],
  ['users', 'users', (input) => app(input, { users: { blue: 'ü'.repeat(32), green: 'g' } })],
  ['users', 'users', (input) => app(input, { users: { blue: 'pg_app', green: 'g' } })],
  ['users', 'users', (input) => app(input, { users: { blue: 'rdsapp', green: 'g' } })],
  ['users', 'users', (input) => app(input, { users: { blue: 'postgres', green: 'g' } })],
  ['schedule', 'schedule', (input) => app(input, { schedule: { blue: { cron: 'rate(30 days)' } } })],
  ['permissions_boundary_arn', 'permissionsBoundaryArn', (input) => (input.permissionsBoundaryArn = 'mine')],
  ['operator_role_arns', 'operatorRoleArns', (input) => (input.operatorRoleArns = ['me'])],
  ['log_retention_days', 'logRetentionDays', (input) => (input.logRetentionDays = 6)],
];

function app(input: ConfigurationInput, change: object): void {
  input.credentials = { app: { consumers: ['web'], ...change } };
}

describe('the rules of the module’s variables', () => {
  it.each(MISTAKES)('say of %s what the configuration says of the same mistake', (name, key, mistake) => {
    const [problem] = problemsOf(example(mistake)).filter(({ path }) => path.includes(key));
    const rules = VARIABLES[name]?.validations?.map(({ rule }) => rule) ?? [];
    expect(rules.filter((rule) => rule.endsWith(` ${problem?.fix ?? 'nothing'}`))).toHaveLength(1);
  });

  it('are each broken once in the module’s own tests', () => {
    const broken = wrongCalls().flatMap(({ rules }) => Object.values(rules));
    const all = Object.values(VARIABLES).flatMap(({ validations = [] }) =>
      validations.map(({ rule }) => rule),
    );
    expect(broken.sort()).toEqual(all.sort());
  });

  it('agree with the calendar about schedules that are a day, three days and two weeks apart', () => {
    const margins = { rollout: 3_600, drain: 86_400 };
    const at = (cron: string) => ({ cron, windowHours: 2 });
    expect(calendarProblem(at('cron(0 3 1 * ? *)'), at('cron(0 3 2 * ? *)'), margins)).toContain('too close');
    expect(calendarProblem(at('cron(0 3 ? * MON *)'), at('cron(0 3 ? * THU *)'), margins)).toBeNull();
    expect(calendarProblem(at('cron(0 3 1 * ? *)'), at('cron(0 3 15 * ? *)'), margins)).toBeNull();
  });
});
