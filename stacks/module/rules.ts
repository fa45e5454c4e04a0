import { isMapping, key, mapped, quoted, textOf, type Json, type Mapping } from './expressions';
import { generalized } from './generalize';
import { eachBlock, edited, type Blocks } from './parts';
import { ELEMENTS } from './specimen';

/** What a rule about consumers is repeated for: so many of them as fit a pattern, whatever their names are. */
const CHUNKS = 'local.consumer_chunks';

/** Rules about consumers, by address; the specimen has one consumer, and so one rule of each kind. */
const FIRST_RULE = /^(.*)-1(-target)?$/;

/**
 * Generalizes every block. A rule whose pattern speaks of consumers, and its target, exist once for each chunk of them,
 * since a pattern has a limit.
 */
export function generalizedBlocks(blocks: Blocks): Blocks {
  const rules = Object.entries(blocks['aws_cloudwatch_event_rule'] ?? {})
    .filter(([, rule]) => JSON.stringify(rule).includes('${consumer.'))
    .map(([name]) => `aws_cloudwatch_event_rule.${name}`);
  const repeats = (type: string, name: string, block: Mapping) =>
    rules.includes(`${type}.${name}`) || rules.some((rule) => JSON.stringify(block).includes(`\${${rule}.`));
  const renamed = Object.entries(blocks).map(([type, named]) => [
    type,
    Object.fromEntries(
      Object.entries(named).map(([name, block]) =>
        repeats(type, name, block)
          ? [withoutNumber(name), repeated(block, rules)]
          : [name, asMapping(generalized(block))],
      ),
    ),
  ]) satisfies [string, Readonly<Record<string, Mapping>>][];
  return Object.fromEntries(renamed);
}

function withoutNumber(name: string): string {
  if (!FIRST_RULE.test(name)) throw new Error(`${name} does not look like the first rule about consumers.`);
  return name.replace(FIRST_RULE, '$1$2');
}

function repeated(block: Mapping, rules: readonly string[]): Mapping {
  const numbered = edited(block, (text) =>
    rules
      .reduce(
        (sofar, rule) => sofar.replaceAll(`\${${rule}.`, `\${${withoutNumber(rule)}[count.index].`),
        text,
      )
      // What names it ends in the number of the rule.
      .replaceAll('-1"', '-${count.index + 1}"'),
  );
  const lists = { ...ELEMENTS, consumer: `${CHUNKS}[count.index]` };
  return { count: `\${length(${CHUNKS})}`, ...asMapping(generalized(numbered, lists)) };
}

/** The statements that a policy has only where a variable is given, by their id. */
const OPTIONAL_STATEMENTS: Readonly<Record<string, string>> = { AdminKey: 'var.admin_key_arn' };

/** Puts statements that may be left out into dynamic blocks. */
export function withOptionalStatements(blocks: Blocks): Blocks {
  return eachBlock(blocks, (block, type) => {
    const statements = block['statement'];
    if (type !== 'aws_iam_policy_document' || !Array.isArray(statements)) return block;
    const optional = (statement: Json) =>
      isMapping(statement) && typeof statement['sid'] === 'string'
        ? OPTIONAL_STATEMENTS[statement['sid']]
        : undefined;
    const list = statements as readonly Json[];
    const dynamic = list.flatMap((statement) => {
      const when = optional(statement);
      return when === undefined
        ? []
        : [{ for_each: `\${${when} == null ? [] : [${when}]}`, content: statement }];
    });
    if (dynamic.length === 0) return block;
    const always = list.filter((statement) => optional(statement) === undefined);
    return { ...block, statement: always, dynamic: { statement: dynamic } };
  });
}

/** The tags of the module's user, on everything that has some. */
export function withTags(blocks: Blocks): Blocks {
  return eachBlock(blocks, (block) => {
    const { tags } = block;
    if (!isMapping(tags)) return block;
    const own = Object.entries(tags).map(([name, value]) => `${key(name)} = ${quoted(textOf(value))}`);
    return { ...block, tags: `\${merge(var.tags, { ${own.join(', ')} })}` };
  });
}

/**
 * Without what only CDKTF reads, and without `prevent_destroy`: it must be a literal, so a module cannot leave it to its
 * user.
 */
export function withoutOddities(blocks: Blocks): Blocks {
  return eachBlock(blocks, (block) => {
    const kept = Object.entries(block).filter(([name]) => name !== '//');
    return Object.fromEntries(
      kept.flatMap(([name, value]) => {
        if (name !== 'lifecycle' || !isMapping(value)) return [[name, value] as const];
        const rest = Object.entries(value).filter(([rule]) => rule !== 'prevent_destroy');
        return rest.length === 0 ? [] : [[name, Object.fromEntries(rest)] as const];
      }),
    );
  });
}

/** Code lies in the module. */
export function withCode(blocks: Blocks): Blocks {
  return eachBlock(blocks, (block) =>
    mapped(block, (value, name) =>
      name === 'filename' && typeof value === 'string'
        ? `\${path.module}/lambda/${value.replace(/^.*\//, '')}`
        : value,
    ),
  );
}

function asMapping(value: Json): Mapping {
  if (!isMapping(value)) throw new Error('A block is a mapping.');
  return value;
}
