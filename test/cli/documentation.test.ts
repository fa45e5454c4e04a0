import { readFileSync } from 'node:fs';
import { commandPage } from '../../cli/documentation';

it('docs/cli.md is what the help says today: npx tsx cli/documentation.ts', () => {
  const { file, text } = commandPage();
  expect(readFileSync(file, 'utf8')).toBe(text);
});
