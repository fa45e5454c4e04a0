import { parseOptions, usage, UsageError } from '../../../local/drill/options';
import { PLAIN_ROLLOUT } from '../../../local/drill/rollout-options';
import { FAULTS } from '../../../local/drill/faults/table';
import { variantOf } from '../../../local/drill/variant';

const problemsOf = (...args: readonly string[]): string => {
  try {
    parseOptions(args);
    return '';
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
};

const faultsOf = (...args: readonly string[]) => {
  const options = parseOptions(args);
  return options === 'help' ? null : options.faults;
};

it('the help lists every fault, and is about the command that was run', () => {
  const text = usage('tandem drill');
  for (const { name, description } of FAULTS) expect(text).toMatch(new RegExp(`  ${name} +${description}`));
  expect(text).not.toContain('npm');
  expect(usage('npm start --')).toContain('(npm start --silent -- --json -)');
});

it('without --faults it is an ordinary drill', () => {
  expect(faultsOf()).toBeNull();
});

it('--faults takes all, or some, and a seed', () => {
  expect(faultsOf('--faults', 'all', '--seed', '0')).toEqual({ list: FAULTS, seed: 0 });
  const some = faultsOf('--faults', 'kill-set, throttling');
  expect(some?.list.map(({ name }) => name)).toEqual(['kill-set', 'throttling']);
  expect(some?.seed).toBeGreaterThanOrEqual(0);
});

it('--faults all with one secret leaves out what needs a secret for each user', () => {
  const names = faultsOf('--faults', 'all', '--strategy', 'alternating')?.list.map(({ name }) => name);
  expect(names).toHaveLength(FAULTS.length - 2);
  expect(names).not.toContain('rotate-active');
  expect(names).not.toContain('two-rotations');
});

it('--soak rotates 200 times, or as often as asked', () => {
  expect(parseOptions(['--soak'])).toMatchObject({ soak: true, rotations: 200 });
  expect(parseOptions(['--soak', '--rotations', '20'])).toMatchObject({ soak: true, rotations: 20 });
  expect(parseOptions([])).toMatchObject({ soak: false, rotations: 6 });
});

it.each([
  [['--faults', 'kill-sett'], '"kill-sett" is no fault; --help lists them'],
  [['--faults', ','], '--faults takes all, or names of faults with commas between them'],
  [['--faults'], '--faults takes all, or names of faults with commas between them'],
  [['--faults', 'all', '--seed', '-1'], '--seed takes a whole number from 0 to 4294967295'],
  [['--faults', 'all', '--seed', '4294967296'], '--seed takes a whole number from 0 to 4294967295'],
  [['--faults', 'all', '--rotations', '3'], '--rotations does not go with --faults'],
  [['--report'], '--report takes the name of the file to write, such as drill.html'],
  [['--report', ''], '--report takes the name of the file to write, such as drill.html'],
  [['--soak', '--rotations', '9'], '--soak takes 10 rotations or more, not 9'],
  [['--soak', '--adopt'], '--adopt does not go with --soak'],
  [['--soak', '--report', 'x.html'], '--report does not go with --soak'],
  [['--soak', '--faults', 'all'], '--faults does not go with --soak'],
  [['--compromised', '--rotations', '3'], '--rotations does not go with --compromised'],
  [['--compromised', '--faults', 'all'], '--faults does not go with --compromised'],
  [['--strategy', 'both'], '--strategy takes dual-user, alternating, single, not "both"'],
  [['--strategy', 'single', '--adopt'], '--adopt goes with the strategy dual-user only'],
  [
    ['--strategy', 'single', '--faults', 'all'],
    '--faults goes with two users only: with one, logins fail in every',
  ],
  [['--strategy', 'single', '--soak'], '--soak goes with two users only'],
  [
    ['--strategy', 'alternating', '--faults', 'kill-set,two-rotations'],
    'two-rotations goes with the strategy dual-user only: it needs a secret for each user',
  ],
  [['--compare', '--strategy', 'single'], '--strategy does not go with --compare: it runs every one'],
  [['--compare', '--faults', 'all'], '--faults does not go with --compare'],
  [['--compare', '--report', 'x.html'], '--report does not go with --compare: it is of one run'],
  [['--delivery', 'file'], '--delivery takes secret, parameter, entrypoint, not "file"'],
  [['--delivery', 'parameter', '--adopt'], '--adopt goes with the delivery secret only'],
  [['--delivery', 'parameter', '--compare'], '--compare goes with the delivery secret only'],
  [
    ['--delivery', 'parameter', '--strategy', 'single'],
    '--delivery parameter goes with the strategy dual-user only: single has one secret, which the tasks read',
  ],
  [['--group', '--strategy', 'single'], '--group goes with two users only'],
  [['--group', '--report', 'x.html'], '--report does not go with --group'],
  [['--group', '--adopt'], '--adopt does not go with --group'],
  [['--reader', '0'], '--reader takes whole seconds from 1 to 600, not "0"'],
  [['--canary', 'soon'], '--canary takes whole seconds from 0 to 600, not "soon"'],
  [['--canary'], '--canary takes whole seconds from 0 to 600, not true'],
  [['--canary', '1', '--services', '1'], '--canary takes two services or more: with one, nobody follows it'],
  [['--retire', '1', '--strategy', 'alternating'], '--retire goes with the strategy dual-user only'],
  [['--retire', '1', '--adopt'], '--retire does not go with --adopt'],
  [['--reader', '1', '--soak'], '--reader does not go with --soak'],
  [['--reader', '1', '--adopt'], '--reader does not go with --adopt'],
  [['--reader', '1', '--delivery', 'parameter'], '--reader goes with the delivery secret only'],
  [['--seed', '1'], '--seed is of use with --faults only'],
  [['--rotation', '3'], '--rotation is no option (did you mean --rotations?)'],
  [['--soak', 'all'], 'all is not expected here'],
])('%j is refused: %s', (args, problem) => {
  expect(problemsOf(...args)).toContain(problem);
});

it('--delivery parameter, or entrypoint, goes with rotations and with a leaked password', () => {
  for (const delivery of ['parameter', 'entrypoint']) {
    expect(parseOptions(['--delivery', delivery])).toMatchObject({ delivery });
    expect(parseOptions(['--delivery', delivery, '--compromised'])).toMatchObject({ compromised: true });
  }
  expect(parseOptions([])).toMatchObject({ delivery: 'secret' });
});

it('a rollout has a reader, a canary and a soak where they are asked for', () => {
  expect(parseOptions(['--reader', '2', '--canary', '0', '--retire', '5'])).toMatchObject({
    ...{ reader: 2, canary: 0, retire: 5 },
  });
  expect(parseOptions([])).toMatchObject(PLAIN_ROLLOUT);
});

it('everything that is wrong is told at once', () => {
  const problems = problemsOf('--faults', 'none', '--seed', 'x', '--tasks', '0');
  expect(problems.split('\n')).toHaveLength(3);
});

it.each([
  ['', []],
  ['--strategy single', ['single']],
  ['--delivery entrypoint', ['delivery entrypoint']],
  ['--adopt', ['adopted']],
  [
    '--group --canary 3 --reader 2 --retire 1',
    [
      'a group of two credentials',
      'a reader that lags 2 s',
      'a canary 3 s ahead',
      'former user locked out after 1 s',
    ],
  ],
])('what is not as usual is told of a run: %s', (args, told) => {
  const options = parseOptions(args.split(' ').filter((word) => word !== ''));
  expect(options === 'help' ? null : variantOf(options)).toEqual(told);
});
