import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PAGES, pageText } from '../support/pages';

const ROOT = path.join(__dirname, '..', '..');

/** Files and folders of this tree that a page names in code, as seen from its root. */
function named(text: string): string[] {
  return [
    ...text.matchAll(
      /`((?:cli|docs|examples|lambda-src|local|modules|scripts|stacks|test)\/[\w./-]+[\w-])\/?`/g,
    ),
  ].flatMap(([, name]) => name ?? []);
}

/** Links of a page within this tree, each with what follows its #. */
function linked(text: string): { readonly target: string; readonly anchor: string | undefined }[] {
  return [...text.matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(
    ([, target = '', anchor]) => ({ target, anchor }),
  );
}

/** What a page's headings are called in links, as GitHub has it. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Whether a link leads anywhere. */
function leads(page: string, { target, anchor }: ReturnType<typeof linked>[number]): boolean {
  const file = target === '' ? path.join(ROOT, page) : path.join(ROOT, path.dirname(page), target);
  if (!existsSync(file)) return false;
  return anchor === undefined || anchorsOf(readFileSync(file, 'utf8')).includes(anchor);
}

describe('a page', () => {
  it.each(PAGES)('%s names only what is there', (page) => {
    const text = pageText(page);
    expect(named(text).filter((name) => !existsSync(path.join(ROOT, name)))).toEqual([]);
    expect(linked(text).filter((link) => !leads(page, link))).toEqual([]);
  });
});
