import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Figures } from '../bench/model';
import { page } from '../bench/page';

const DOCS = path.join(__dirname, '..', '..', 'docs');
const read = (name: string) => readFileSync(path.join(DOCS, name), 'utf8');

/** Every key of the JSON, however deep. */
function keys(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keys);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keys(inner)]);
}

describe('docs/benchmarks.md', () => {
  const figures = JSON.parse(read('benchmarks.json')) as Figures;

  it('is what docs/benchmarks.json says: npm run bench', () => {
    expect(read('benchmarks.md')).toBe(page(figures));
  });

  it('names every figure of it', () => {
    const text = read('benchmarks.md');
    expect([...new Set(keys(figures))].filter((key) => !text.includes(`\`${key}\``))).toEqual([]);
  });

  it('tells of the largest number of consumers that a credential may have', () => {
    expect(figures.rollout.bySize.map(({ consumers }) => consumers)).toEqual([1, 10, 25, 50]);
  });
});
