import { documentIn, isMapping, key, mapped, onlyExpression, quoted, type Json } from './expressions';
import { ELEMENTS } from './specimen';

/** Lists by what one element of them is called in an expression. */
type Lists = Readonly<Record<string, string>>;

/** Values that TypeScript decides from what the specimen cannot know; a module decides them from its variables. */
const DECIDED: Readonly<Record<string, string>> = {
  ownDatabase: 'var.own_database',
  recovery_window_in_days: 'var.secret_recovery_days',
  tier: 'local.parameter_tier',
};

/** The one environment variable that a function may be without. */
const ABSENT_WHERE_NULL = '${var.ca_bundle}';

/**
 * Makes of a specimen's value what it is for every value of the variables: lists get all elements, documents are encoded
 * by Terraform, so that no character of a variable can break them.
 */
export function generalized(value: Json, lists: Lists = ELEMENTS): Json {
  if (typeof value === 'string') return text(value, lists);
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    return list.some((item) => spread(item, lists) !== undefined)
      ? `\${${listExpression(list, lists)}}`
      : list.map((item) => generalized(item, lists));
  }
  if (!isMapping(value)) return value;
  if (Object.values(value).includes(ABSENT_WHERE_NULL)) {
    return `\${{ for key, value in ${expression(value, lists)} : key => value if value != null }}`;
  }
  return mapped(value, (item, name) => {
    const decided = DECIDED[name];
    return decided === undefined ? generalized(item, lists) : `\${${decided}}`;
  });
}

function text(value: string, lists: Lists): string {
  const document = documentIn(value);
  return document === undefined ? value : `\${${encoded(document, lists)}}`;
}

function encoded(document: Json, lists: Lists): string {
  return `jsonencode(${expression(document, lists)})`;
}

function expression(value: Json, lists: Lists): string {
  if (typeof value === 'string') {
    const document = documentIn(value);
    return document === undefined ? quoted(value) : encoded(document, lists);
  }
  if (Array.isArray(value)) return listExpression(value as readonly Json[], lists);
  if (!isMapping(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([name, item]) => `${key(name)} = ${DECIDED[name] ?? expression(item, lists)}`,
  );
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function listExpression(list: readonly Json[], lists: Lists): string {
  const parts: string[] = [];
  let plain: string[] = [];
  const flush = () => {
    if (plain.length > 0) parts.push(`[${plain.join(', ')}]`);
    plain = [];
  };
  for (const item of list) {
    const many = spread(item, lists);
    if (many === undefined) plain.push(expression(item, lists));
    else {
      flush();
      parts.push(many);
    }
  }
  flush();
  const [first = '[]', ...rest] = parts;
  return rest.length === 0 ? first : `concat(${parts.join(', ')})`;
}

/** @returns the list that an element stands for, undefined for an ordinary one */
function spread(item: Json, lists: Lists): string | undefined {
  const all = typeof item === 'string' ? /^(.*)\[\*\]$/.exec(onlyExpression(item) ?? '')?.[1] : undefined;
  if (all !== undefined) return all;
  for (const [element, list] of Object.entries(lists)) {
    if (!mentions(item, element)) continue;
    const each = `[for ${element} in ${list} : ${expression(item, lists)}]`;
    return typeof item === 'string' ? `distinct(${each})` : each;
  }
  return undefined;
}

/** Whether a value speaks of an element, lists in it left aside: those are lists of their own. */
function mentions(value: Json, element: string): boolean {
  if (typeof value === 'string') return value.includes(`\${${element}.`);
  return isMapping(value) && Object.values(value).some((item) => mentions(item, element));
}
