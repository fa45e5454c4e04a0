import { readFileSync } from 'node:fs';

/** The shell commands under a heading of a page, as they stand there. @throws Error where there are none */
export function shellBlock(page: string, heading: string): string {
  const sections = readFileSync(page, 'utf8').split(/^(?=#+ )/m);
  const section = sections.find((text) => text.split('\n', 1)[0]?.replace(/^#+ /, '') === heading);
  const block = /^```sh\n(.*?)^```$/ms.exec(section ?? '')?.[1];
  if (block === undefined) throw new Error(`${page} has no commands under "${heading}"`);
  return block;
}
