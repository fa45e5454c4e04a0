import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { ConfigurationError } from '../../stacks/config/load';
import { problemsOf } from '../../stacks/config/problems';
import { CommandError, EXIT } from '../exit';
import { lookAtAccount } from '../init/account';
import { adoptionOf, type Told } from '../init/adoption';
import type { Draft } from '../init/draft';
import {
  answering,
  newDraft,
  operatorsOf,
  prefixOf,
  regionOf,
  type Answer,
  type InitFlags,
} from '../init/questions';
import { render } from '../init/render';
import { clientSettings, type Whereabouts } from '../installation';
import type { Terminal } from '../terminal';

/** In a clone, and in the package, where this is compiled and one folder deeper. */
const ROOTS = [path.join(__dirname, '..', '..'), path.join(__dirname, '..', '..', '..')];

export interface InitOptions extends InitFlags, Pick<Whereabouts, 'profile' | 'endpointUrl'> {
  /** The file to write. */
  readonly file: string;
  readonly force: boolean;
  readonly dryRun: boolean;
  /** Whether to take what is usual, and ask nothing. */
  readonly yes: boolean;
  /** Whether to look for what is there already; undefined: to be asked. */
  readonly fromAccount: boolean | undefined;
  readonly told: Told;
}

interface Drafted {
  readonly draft: Draft;
  readonly remarks: readonly string[];
}

/** Writes a configuration that can be synthesized. @returns the exit code */
export async function init(terminal: Terminal, options: InitOptions): Promise<number> {
  const { file, dryRun, force } = options;
  if (!dryRun && !force && existsSync(file)) throw taken(file);
  const answer = answering(terminal, options.yes);
  const { draft, remarks } = (await looks(options, answer))
    ? await fromAccount(terminal, options, answer)
    : { draft: await newDraft(options, answer), remarks: [] };
  const text = render(draft, schemaFrom(file));
  const problems = problemsOf(parse(text));
  // Every answer has its place in the file, and a wrong one is told there.
  if (problems.length > 0) throw new ConfigurationError(`What would be written to ${file}`, problems);
  if (!dryRun) write(file, text, force);
  for (const remark of remarks) terminal.progress(`Note: ${remark}`);
  terminal.answer({ file, written: !dryRun, remarks, ...(dryRun ? { text } : {}) }, () =>
    dryRun ? text.trimEnd() : `Written: ${file}. ${next(draft)}`,
  );
  return EXIT.done;
}

function next({ server }: Draft): string {
  return server === null
    ? 'Read it, then: npx tandem check, and npx cdktf deploy database rotation service.'
    : 'Read it, then: npx tandem check, and docs/adoption.md from step 2 on.';
}

async function looks({ fromAccount, yes }: InitOptions, answer: Answer): Promise<boolean> {
  if (fromAccount !== undefined || yes) return fromAccount === true;
  const said = await answer(
    undefined,
    'Are database and services in your AWS account already? (yes: they are looked for)',
    'no',
  );
  return /^y(es)?$/i.test(said);
}

async function fromAccount(terminal: Terminal, options: InitOptions, answer: Answer): Promise<Drafted> {
  const region = await regionOf(answer, options.region);
  const settings = clientSettings({ ...options, region });
  const facts = await lookAtAccount({ settings, progress: (line) => terminal.progress(line) });
  const { database } = options;
  const found = adoptionOf(facts, { ...options.told, ...(database === undefined ? {} : { database }) });
  if (!('draft' in found))
    throw new CommandError(
      `No configuration can be made of what is there:\n${found.map((line) => `  ${line}`).join('\n')}`,
    );
  const draft = {
    ...found.draft,
    region,
    prefix: await prefixOf(answer, options.prefix, found.draft.database),
    operatorRoleArns: await operatorsOf(answer, options.operatorRole),
    services: [],
  };
  return { draft, remarks: found.remarks };
}

/** Where editors find the schema, if it lies below the file: other places are another machine's. */
function schemaFrom(file: string): string | null {
  const schema = ROOTS.map((root) => path.join(root, 'docs', 'configuration.schema.json')).find(existsSync);
  if (schema === undefined) return null;
  const relative = path
    .relative(path.dirname(path.resolve(file)), schema)
    .split(path.sep)
    .join('/');
  return relative.startsWith('..') ? null : relative;
}

function write(file: string, text: string, force: boolean): void {
  try {
    writeFileSync(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'EEXIST') throw taken(file);
    throw new CommandError(`${file} cannot be written (${String(error.code)}).`, EXIT.usage);
  }
}

function taken(file: string): CommandError {
  return new CommandError(
    `${file} is there already, and is not written over: name another with --file, or give --force.`,
    EXIT.usage,
  );
}
