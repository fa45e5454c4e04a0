import path from 'node:path';
import type { Client } from 'pg';
import { blocks } from './markdown';

const PAGE = path.join(__dirname, '..', '..', 'docs', 'adoption.md');

/** What the roles of the page are called here. */
export interface LeavingNames {
  readonly app: string;
  readonly app_green: string;
  readonly app_owner: string;
}

/** The statements of a step of "How to leave again", block by block. @throws Error where the page has none */
export function leavingSql(step: string, names: LeavingNames): string[][] {
  const found = blocks(PAGE, step, 'sql');
  if (found.length === 0) throw new Error(`${PAGE} has no SQL under "${step}"`);
  return found.map((block) =>
    block
      .replaceAll(/--.*$/gm, '')
      .replaceAll(/\bapp(?:_green|_owner)?\b/g, (name) => names[name as keyof LeavingNames])
      .split(/;\s*$/m)
      .map((statement) => statement.trim())
      .filter((statement) => statement !== ''),
  );
}

/** SQLSTATE of a statement that ran into its timeout. */
const CANCELED = '57014';

/** Runs a block as a person does: what its query answers too, and again what the page says to run again. */
export async function runAsTold(admin: Client, statements: readonly string[]): Promise<void> {
  const atTheEnd: string[] = [];
  for (const sql of statements) {
    for (const answer of await patiently(admin, sql)) {
      if (answer.now !== null) await admin.query(answer.now);
      if (answer['at the end'] !== null) atTheEnd.push(answer['at the end']);
    }
  }
  for (const sql of atTheEnd) await admin.query(sql);
}

interface Answer {
  readonly now: string | null;
  readonly 'at the end': string | null;
}

async function patiently(admin: Client, sql: string): Promise<readonly Answer[]> {
  for (let left = 100; ; left -= 1) {
    try {
      return (await admin.query<Answer>(sql)).rows;
    } catch (error) {
      if ((error as { code?: string }).code !== CANCELED || left === 0) throw error;
    }
  }
}
