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

/** Every figure of the JSON, however deep. */
function values(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(values);
  return typeof value === 'number' || typeof value === 'string' ? [String(value)] : [];
}

describe('docs/benchmarks.md', () => {
  const figures = JSON.parse(read('benchmarks.json')) as Figures;

  it('is what docs/benchmarks.json says: npm run bench', () => {
    expect(read('benchmarks.md')).toBe(page(figures));
  });

  it('names every figure of it, and has each', () => {
    const text = read('benchmarks.md');
    expect([...new Set(keys(figures))].filter((key) => !text.includes(`\`${key}\``))).toEqual([]);
    expect(values(figures).filter((value) => !text.includes(value))).toEqual([]);
  });

  it('says so where a machine was too busy to tell how something grows', () => {
    const rollout = { ...figures.rollout, callsExponent: null };
    expect(page({ ...figures, rollout })).toContain('too busy to tell how calls grow (`callsExponent`)');
  });

  it('tells of the largest number of consumers that a credential may have', () => {
    expect(figures.rollout.bySize.map(({ consumers }) => consumers)).toEqual([1, 10, 25, 50]);
  });
});
