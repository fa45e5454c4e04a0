import { CommandError, EXIT } from '../exit';
import type { Terminal } from '../terminal';
import type { Draft } from './draft';

/** What the command line says of a configuration; what is left out is asked for, or is as usual. */
export interface InitFlags {
  readonly prefix?: string;
  readonly region?: string;
  readonly database?: string;
  readonly credential?: string;
  readonly service?: readonly string[];
  readonly image?: string;
  readonly operatorRole?: readonly string[];
}

/** Answers a question by a flag, by asking, or by what is usual. */
export type Answer = (flag: string | undefined, question: string, usual: string) => Promise<string>;

/** @param yes take what is usual, and ask nothing */
export function answering({ ask }: Pick<Terminal, 'ask'>, yes: boolean): Answer {
  return async (flag, question, usual) => {
    if (flag !== undefined) return flag;
    return ask === null || yes ? usual : await ask(question, usual);
  };
}

/** The region has no usual value but the environment's. @throws CommandError */
export async function regionOf(answer: Answer, flag: string | undefined): Promise<string> {
  const usual = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? '';
  const region = await answer(flag, 'AWS region?', usual);
  if (region === '')
    throw new CommandError('Say which AWS region: give --region, or set AWS_REGION.', EXIT.usage);
  return region;
}

export async function prefixOf(answer: Answer, flag: string | undefined, database: string): Promise<string> {
  const tail = database.replaceAll(/[^A-Za-z0-9_.-]/g, '-').slice(0, 20);
  return await answer(flag, 'What does every name in AWS start with?', `tandem/${tail}`);
}

export async function operatorsOf(answer: Answer, flag: readonly string[] | undefined): Promise<string[]> {
  if (flag !== undefined) return [...flag];
  return listed(await answer(undefined, 'ARN of the role that you rotate with by hand, if any?', 'none'));
}

/** An installation from nothing. */
export async function newDraft(flags: InitFlags, answer: Answer): Promise<Draft> {
  const region = await regionOf(answer, flags.region);
  const database = await answer(flags.database, 'Name of the database?', 'app');
  const credential = await answer(flags.credential, 'Name of the login that the application uses?', database);
  const asked =
    flags.service ?? listed(await answer(undefined, 'Services that use it, with commas between?', 'web'));
  const image = await answer(flags.image, 'Container image of theirs? (none: a loop that logs in)', 'none');
  return {
    prefix: await prefixOf(answer, flags.prefix, database),
    region,
    operatorRoleArns: await operatorsOf(answer, flags.operatorRole),
    network: null,
    database,
    server: null,
    credentials: [{ name: credential, consumers: asked, adopt: null, readerRoleArns: [] }],
    services: asked.map((name) => ({ name, image: image === 'none' ? null : image })),
  };
}

function listed(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== 'none');
}
