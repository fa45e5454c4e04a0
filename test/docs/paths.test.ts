import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');

const pages = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...['docs', 'examples'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => path.join(folder, name)),
  ),
];

/** Files and folders of this tree that a page names in code, as seen from its root. */
function named(text: string): string[] {
  return [
    ...text.matchAll(
      /`((?:cli|docs|examples|lambda-src|local|modules|scripts|stacks|test)\/[\w./-]+[\w-])\/?`/g,
    ),
  ].flatMap(([, name]) => name ?? []);
}

/** Relative links of a page, without what follows a #. */
function linked(text: string): string[] {
  return [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)].flatMap(
    ([, target]) => target ?? [],
  );
}

describe('a page', () => {
  it.each(pages)('%s names only what is there', (page) => {
    const text = readFileSync(path.join(ROOT, page), 'utf8');
    const missing = [
      ...named(text).filter((name) => !existsSync(path.join(ROOT, name))),
      ...linked(text).filter((target) => !existsSync(path.join(ROOT, path.dirname(page), target))),
    ];
    expect(missing).toEqual([]);
  });
});
