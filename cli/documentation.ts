import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CommanderError, type Command } from 'commander';
import { buildProgram } from './program';

const FILE = path.join(__dirname, '..', 'docs', 'cli.md');

const HEAD = `# The tandem command

\`npx tandem\`, in a clone or from the package. This page is the help of every command, generated:
\`npx tsx cli/documentation.ts\`.
`;

/** The page, by its path, as it ought to be. */
export function commandPage(): { readonly file: string; readonly text: string } {
  const program = buildProgram(() => Promise.resolve());
  const sections = [section('tandem', program)];
  for (const command of program.commands) {
    sections.push(section(`tandem ${command.name()}`, command));
  }
  return { file: FILE, text: [HEAD, ...sections].join('\n') };
}

function section(title: string, command: Command): string {
  return `## ${title}\n\n\`\`\`\n${helpOf(command).trimEnd()}\n\`\`\`\n`;
}

/** The texts that follow are part of what is printed, not of what helpInformation answers. */
function helpOf(command: Command): string {
  let said = '';
  command.configureOutput({
    writeOut: (text) => (said += text),
    getOutHelpWidth: () => 110,
    getOutHasColors: () => false,
  });
  try {
    command.outputHelp();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
  }
  return said;
}

if (require.main === module) {
  const { file, text } = commandPage();
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
