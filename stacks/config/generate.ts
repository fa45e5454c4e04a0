import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { alarmsPage } from './alarms-page';
import { configurationJsonSchema, configurationTables, outputTables } from './documentation';

const DOCS = path.join(__dirname, '..', '..', 'docs');

/** The generated files by path, as they ought to be. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    [path.join(DOCS, 'alarms.md'), alarmsPage()],
    [path.join(DOCS, 'configuration.schema.json'), `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`],
    [path.join(DOCS, 'configuration.md'), `${HEAD}\n${configurationTables()}\n${outputTables()}`],
  ]);
}

const HEAD = `# Configuration

One file describes an installation: \`tandem.yaml\`, or the file that \`TANDEM_CONFIG\` names. Unknown keys are errors. Editors
complete and check it by \`docs/configuration.schema.json\`. This page is generated: \`npx tsx stacks/config/generate.ts\`.
`;

if (require.main === module) {
  mkdirSync(DOCS, { recursive: true });
  for (const [file, text] of generatedFiles()) writeFileSync(file, text);
}
