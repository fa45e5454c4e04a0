import { readFileSync } from 'node:fs';
import path from 'node:path';
import { MEANINGS } from '../../modules/alarms/meanings';
import { blocks } from '../support/markdown';

const PAGE = path.join(__dirname, '..', '..', 'docs', 'runbook.md');
const text = readFileSync(PAGE, 'utf8');

describe('the runbook', () => {
  it('has a section for every alarm, in the order of the alarms', () => {
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(Object.keys(MEANINGS));
  });

  it.each(Object.entries(MEANINGS))(
    'says of %s what the alarm itself says, what to look at and what to do',
    (kind, { means }) => {
      const section = text.split(/^## /m).find((part) => part.startsWith(`${kind}\n`)) ?? '';
      expect(section.slice(kind.length).trimStart().replaceAll('\n', ' ')).toMatch(
        new RegExp(`^${means.replaceAll('.', '\\.')}`),
      );
      expect(section).toContain('**Look.**');
      expect(section).toContain('**Do.**');
      // One block to look, and one for each way to act: test/e2e/runbook.test.ts types them.
      expect(blocks(PAGE, kind, 'sh').length).toBeGreaterThanOrEqual(2);
    },
  );
});
