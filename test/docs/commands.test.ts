import { buildProgram } from '../../cli/program';
import { FAULTS } from '../../local/drill/faults/table';
import { parseOptions } from '../../local/drill/options';
import { scripts } from '../../package.json';
import { PAGES, pageText } from '../support/pages';

const program = buildProgram(() => Promise.resolve());

/** What a page tells people to type: in code between the lines, or a line of a block, up to its comment. */
function typed(text: string, start: RegExp): string[] {
  const pattern = new RegExp(`(?:^[ ]*|\`)(?:${start.source})([^\`\\n]*)`, 'gm');
  return [...text.matchAll(pattern)].map(([, rest = '']) => rest.split(/ +[#…]| &&|\$ /)[0]?.trim() ?? '');
}

/** Why a command of the `tandem` program is none; null where it is one. */
function wrong(line: string): string | null {
  const [name = '', ...words] = line.split(/\s+/);
  if (name.startsWith('-') || name === '') return null;
  const command = program.commands.find((one) => one.name() === name);
  if (command === undefined) return `tandem has no command ${name}`;
  // These two have a usage of their own.
  if (name === 'local' || name === 'drill') return null;
  const known = ['--help', ...command.options.map(({ long }) => long)];
  const unknown = words.filter((word) => word.startsWith('--') && !known.includes(word));
  return unknown.length === 0 ? null : `tandem ${name} has no option ${unknown.join(', ')}`;
}

describe('a page', () => {
  const others = PAGES.filter((page) => page !== 'docs/cli.md' && page !== 'CHANGELOG.md');

  it.each(others)('%s names only commands of tandem that there are, with options that they have', (page) => {
    const lines = typed(pageText(page), /(?:npx )?tandem /);
    expect(lines.flatMap((line) => wrong(line) ?? [])).toEqual([]);
  });

  it.each(others)('%s names only scripts of package.json, and options that the drill has', (page) => {
    const text = pageText(page);
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].flatMap(([, name]) => name ?? []);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    const drills = typed(text, /npm start --(?= )/).filter((line) => !/[A-Z]/.test(line));
    for (const line of drills) expect(() => parseOptions(line.split(/\s+/))).not.toThrow();
  });
});

it('the README counts the faults of the drill', () => {
  const words: Readonly<Record<number, string>> = { 18: 'eighteen', 19: 'nineteen', 20: 'twenty' };
  expect(pageText('README.md')).toContain(`in ${words[FAULTS.length] ?? String(FAULTS.length)} ways`);
});
