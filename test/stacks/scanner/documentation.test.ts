import { readFileSync } from 'node:fs';
import { page, PAGE } from './documentation';

it('the page on the security scan lists the skips of today: npx tsx test/stacks/scanner/documentation.ts', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(page());
});
