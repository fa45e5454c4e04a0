import { readFileSync } from 'node:fs';

/** The shell commands under a heading of a page, as they stand there. @throws Error where there are none */
export function shellBlock(page: string, heading: string): string {
  const [block] = blocks(page, heading, 'sh');
  if (block === undefined) throw new Error(`${page} has no commands under "${heading}"`);
  return block;
}

/** Every block of a language under a heading of a page, as it stands there. */
export function blocks(page: string, heading: string, language: string): string[] {
  const sections = readFileSync(page, 'utf8').split(/^(?=#+ )/m);
  const section = sections.find((text) => text.split('\n', 1)[0]?.replace(/^#+ /, '') === heading) ?? '';
  const fences = section.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'));
  return [...fences].map(([, text = '']) => text);
}
