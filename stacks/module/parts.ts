import { isMapping, mapped, type Json, type Mapping } from './expressions';

/** Blocks by type and name, as Terraform's JSON syntax has them. */
export type Blocks = Readonly<Record<string, Readonly<Record<string, Mapping>>>>;

/** A part of the module that can be left out. */
interface Part {
  /** What the addresses of its resources start with. */
  readonly prefix: string;
  /** Variable that says whether to make it. */
  readonly when: string;
  /** What others refer to, and the variable that holds it where the part is left out. */
  readonly gives?: { readonly reference: string; readonly local: string; readonly otherwise: string };
}

const PARTS: readonly Part[] = [
  {
    prefix: 'secrets-key_',
    when: 'var.create_kms_key',
    gives: {
      reference: 'aws_kms_key.secrets-key_key.arn',
      local: 'kms_key_arn',
      otherwise: 'var.kms_key_arn',
    },
  },
  {
    prefix: 'operations-key_',
    when: 'var.create_operations_key',
    gives: {
      reference: 'aws_kms_key.operations-key_key.arn',
      local: 'operations_key_arn',
      otherwise: 'var.operations_key_arn',
    },
  },
  {
    prefix: 'alarm-topic_',
    when: 'var.create_alarm_topic',
    gives: {
      reference: 'aws_sns_topic.alarm-topic_topic.arn',
      local: 'alarm_topic_arn',
      otherwise: 'var.alarm_topic_arn',
    },
  },
  { prefix: 'dashboard_', when: 'var.dashboard' },
];

/** What the parts give, by the name of the local value that others refer to. */
export function partLocals(): Mapping {
  return Object.fromEntries(
    PARTS.flatMap(({ when, gives }) =>
      gives === undefined
        ? []
        : [[gives.local, `\${${when} ? one(${listOf(gives.reference)}) : ${gives.otherwise}}`] as const],
    ),
  );
}

function listOf(reference: string): string {
  return reference.replace(/\.(\w+)$/, '[*].$1');
}

/** Lets the variables decide which parts are made, and others refer to what is given instead. */
export function withParts(blocks: Blocks): Blocks {
  return eachBlock(blocks, (block, _, name) => {
    const own = PARTS.find(({ prefix }) => name.startsWith(prefix));
    if (own === undefined) return redirected(block, PARTS);
    const inner = edited(
      redirected(
        block,
        PARTS.filter((part) => part !== own),
      ),
      (text) => text.replaceAll(new RegExp(`(\\w+\\.${own.prefix}[\\w-]+)\\.`, 'g'), '$1[0].'),
    );
    return { count: `\${${own.when} ? 1 : 0}`, ...inner };
  });
}

function redirected(block: Mapping, parts: readonly Part[]): Mapping {
  return edited(block, (text) =>
    parts.reduce(
      (sofar, { gives }) =>
        gives === undefined ? sofar : sofar.replaceAll(gives.reference, `local.${gives.local}`),
      text,
    ),
  );
}

/** @param change gets the block, its type and its name */
export function eachBlock(
  blocks: Blocks,
  change: (block: Mapping, type: string, name: string) => Mapping,
): Blocks {
  return Object.fromEntries(
    Object.entries(blocks).map(([type, named]) => [
      type,
      Object.fromEntries(Object.entries(named).map(([name, block]) => [name, change(block, type, name)])),
    ]),
  );
}

/** A mapping with every text in it edited. */
export function edited(mapping: Mapping, change: (text: string) => string): Mapping {
  const inner = (value: Json): Json => {
    if (typeof value === 'string') return change(value);
    if (Array.isArray(value)) return (value as readonly Json[]).map(inner);
    return isMapping(value) ? mapped(value, inner) : value;
  };
  return mapped(mapping, inner);
}
