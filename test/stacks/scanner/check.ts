import type { CheckId } from '../../../modules/shared/scan';
import { Synthesized } from '../support/synthesis';

export type Block = Readonly<Record<string, unknown>>;

/** A resource, or a data source, as a scanner meets it. */
export interface Scanned {
  /** `aws_sqs_queue`, `data.aws_iam_policy_document` */
  readonly type: string;
  readonly address: string;
  readonly block: Block;
  readonly stack: Synthesized;
}

/** What a check asks, and a block that does not have it, so that the question can be seen to fail. */
export interface Question {
  readonly holds: (it: Scanned) => boolean;
  readonly offender: Block;
}

/** One of checkov's checks, written anew. */
export interface Check extends Question {
  readonly id: CheckId;
  /** What it asks, in its own words, shortened. */
  readonly asks: string;
  readonly types: readonly string[];
}

export function check(id: CheckId, asks: string, types: readonly string[], question: Question): Check {
  return { id, asks, types, ...question };
}

/** Whether it says something for a key. */
export function says(key: string): Question {
  return { holds: ({ block }) => (block[key] ?? '') !== '', offender: {} };
}

/** Whether it says this for a key. */
export function is(key: string, value: unknown): Question {
  return { holds: ({ block }) => block[key] === value, offender: {} };
}

/** Whether it does not say this for a key. */
export function isNot(key: string, value: unknown): Question {
  return { holds: ({ block }) => block[key] !== value, offender: { [key]: value } };
}

/** Whether a number is at least that. */
export function atLeast(key: string, least: number): Question {
  return { holds: ({ block }) => Number(block[key] ?? 0) >= least, offender: { [key]: least - 1 } };
}

/** Whether something of these types in the same state refers to it. */
export function referredToBy(...types: readonly string[]): Question {
  return {
    holds: ({ type, address, stack }) =>
      types.some((other) =>
        [...stack.resources(other).values()].some((block) =>
          JSON.stringify(block).includes(`\${${type}.${address}.`),
        ),
      ),
    offender: {},
  };
}

/** Whether a parameter group that it names has a parameter. */
export function hasParameter(group: string, names: readonly string[]): Question {
  return {
    holds: ({ block, stack }) =>
      [...stack.resources(group)].some(
        ([address, { parameter }]) =>
          JSON.stringify(block).includes(`\${${group}.${address}.`) &&
          names.every((name) => JSON.stringify(parameter).includes(`"${name}"`)),
      ),
    offender: {},
  };
}

/** A state with nothing in it. */
export const NOTHING = new Synthesized('{}', {});
