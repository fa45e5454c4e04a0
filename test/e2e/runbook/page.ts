import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CREDENTIAL, PREFIX } from '../../../local/drill/installation/model';
import { resourceName } from '../../../modules/shared/naming';
import type { AlarmKind } from '../../../modules/alarms/meanings';
import { blocks } from '../../support/markdown';
import { ROOT, run, type Ended } from '../tools';

export interface Place {
  readonly page: string;
  readonly heading: string;
}

/** The commands of a section of the runbook, block by block: the first is to look, each of the others is one way to act. */
export function sectionOf(alarm: AlarmKind): readonly (readonly string[])[] {
  return commandsUnder({ page: 'docs/runbook.md', heading: alarm });
}

/** The commands under a heading of a page, block by block. */
export function commandsUnder({ page, heading }: Place): readonly (readonly string[])[] {
  return blocks(path.join(ROOT, page), heading, 'sh').map((block) =>
    block
      .replaceAll(/\\\n\s*/g, '')
      .trim()
      .split('\n')
      .map(here),
  );
}

/** What the page calls `tandem/prod` and `tandem-prod` is the drill's installation here. */
function here(line: string): string {
  return line
    .replaceAll('tandem/prod', PREFIX)
    .replaceAll('tandem-prod', resourceName(PREFIX, []))
    .replaceAll(/\bapp\b/g, CREDENTIAL);
}

/** Words in capitals: what the person reads off an answer that came before. */
const CAPITALS = /(?<![\w?[])[A-Z]{3,}(?!\w)/g;

/** @throws Error where nothing that was shown says what to put there */
export function filledIn(line: string, read: Readonly<Record<string, string>>): string {
  return line.replaceAll(CAPITALS, (word) => {
    const value = read[word];
    if (value === undefined) throw new Error(`Nothing that was shown says what ${word} is in: ${line}`);
    return value;
  });
}

/**
 * What differs on this machine: `npx tandem` is this clone's, and CloudWatch Logs are files. Version 1 of the aws command
 * takes payloads as they are, and asks SQS where it always was unless it is told an endpoint by an option.
 */
const PRELUDE = `
  npx() { [ "$1" = tandem ] || return 127; shift; "$NODE" cli/tandem.cjs "$@"; }
  aws() {
    if [ "$1 $2" = 'logs tail' ]; then grep -hE 'WARN|ERROR' "$LOGS/\${3##*/}"; return; fi
    case $(command aws --version 2>&1) in aws-cli/1*) ;; *) command aws "$@"; return ;; esac
    local words=() word
    for word in "$@"; do
      case $word in --cli-binary-format | raw-in-base64-out) ;; *) words+=("$word") ;; esac
    done
    command aws --endpoint-url "$AWS_ENDPOINT_URL" "\${words[@]}"
  }
`;

export interface Shell {
  /** Finds the installation, and whatever else a person has in theirs. */
  readonly environment: Readonly<Record<string, string>>;
  /** A folder with a file for each function's log. */
  readonly logs: string;
}

/** Runs a line of the page in a shell, as a person on call does. */
export async function type(line: string, { environment, logs }: Shell): Promise<Ended> {
  const variables = { NODE: process.execPath, LOGS: logs, HOME: '/nonexistent', ...environment };
  // A program's standard output is a socket here, which /dev/stdout does not open; a pipe it does.
  return await run('bash', ['-o', 'pipefail', '-c', `${PRELUDE}\n{ ${line}\n} | cat`], {
    env: { PATH: process.env['PATH'], ...variables },
  });
}

/** Everything that was typed, with its answers, as a page to read. */
export class Transcript {
  readonly #lines: string[] = [];

  heading(text: string): void {
    this.#lines.push('', `## ${text}`);
  }

  note(line: string, { code, stdout, stderr }: Ended): void {
    this.#lines.push('', `$ ${line}`, `${stderr}${stdout}`.trimEnd(), ...(code === 0 ? [] : [`[${code}]`]));
  }

  text(): string {
    return this.#lines.join('\n').trim();
  }

  save(): void {
    const folder = path.join(ROOT, 'reports');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'runbook.txt'), `${this.text()}\n`);
  }
}
