import { readFileSync } from 'node:fs';
import path from 'node:path';
import { configurationTables } from '../../../stacks/config/documentation';
import { generatedFiles } from '../../../stacks/config/generate';

const ROOT = path.join(__dirname, '..', '..', '..');

describe('the documentation of the configuration', () => {
  it.each([...generatedFiles()].map(([file, text]) => [path.relative(ROOT, file), file, text] as const))(
    '%s is what the schema says today: npx tsx stacks/config/generate.ts',
    (_, file, text) => {
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  it('gives every key a meaning', () => {
    const silent = configurationTables()
      .split('\n')
      .filter((line) => line.startsWith('| `') && /\|\s*\|$/.test(line));
    expect(silent).toEqual([]);
  });

  it('reaches what lies in mappings, named mappings and lists', () => {
    for (const place of [
      'backend.s3',
      'credentials.<name>.schedule.blue',
      'credentials.<name>.consumers[]',
    ]) {
      expect(configurationTables()).toContain(`### \`${place}\``);
    }
  });

  it('is where the example tells editors that it is', () => {
    const [first] = readFileSync(path.join(ROOT, 'tandem.yaml'), 'utf8').split('\n');
    const [, named] = /\$schema=(\S+)$/.exec(first ?? '') ?? [];
    expect([...generatedFiles().keys()]).toContain(path.join(ROOT, named ?? ''));
  });
});
