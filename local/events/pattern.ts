import { AwsError } from '../endpoint/seams';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = Readonly<Record<string, Json>>;

/** An event pattern that was checked, ready to be matched. */
export interface Pattern {
  matches(event: Readonly<Record<string, unknown>>): boolean;
}

/** The longest pattern, in characters. */
const LONGEST = 2048;

type Test = (value: Json | undefined) => boolean;
type ObjectTest = (event: JsonObject) => boolean;

/**
 * Reads an event pattern (Amazon EventBridge User Guide, "Comparison operators for use in event patterns"): exact,
 * prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, exists, `$or`. The operator `cidr` is refused.
 * @throws AwsError InvalidEventPatternException with the reason
 */
export function parsePattern(text: string): Pattern {
  if (text.length > LONGEST)
    throw invalid(`Event pattern is too long. It should not exceed ${LONGEST} characters.`);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw invalid('Event pattern is not valid JSON.');
  }
  if (!isObject(value)) throw invalid('Event pattern must be a JSON object.');
  const test = objectTest(value, '');
  return { matches: (event) => test(event as JsonObject) };
}

function objectTest(pattern: JsonObject, path: string): ObjectTest {
  const keys = Object.keys(pattern);
  if (keys.length === 0) throw invalid(`Empty objects are not allowed${path === '' ? '' : ` at ${path}`}`);
  const tests = keys.map((key) =>
    memberTest(key, pattern[key] ?? null, path === '' ? key : `${path}.${key}`),
  );
  return (event) => tests.every((test) => test(event));
}

function memberTest(key: string, pattern: Json, path: string): ObjectTest {
  if (key === '$or') {
    if (!Array.isArray(pattern) || pattern.length < 2)
      throw invalid(`"$or" must be a list of at least two at ${path}`);
    const tests = pattern.map((alternative: Json) => {
      if (!isObject(alternative)) throw invalid(`"$or" must be a list of objects at ${path}`);
      return objectTest(alternative, path);
    });
    return (event) => tests.some((test) => test(event));
  }
  if (isObject(pattern)) {
    const test = objectTest(pattern, path);
    return (event) => {
      const value = event[key];
      // A list of objects matches when one of them does; nothing there may still be asked for by exists:false.
      if (Array.isArray(value)) return value.some((item: Json) => isObject(item) && test(item));
      return test(isObject(value) ? value : {});
    };
  }
  if (!Array.isArray(pattern)) throw invalid(`"${path}" must be an object or an array`);
  if (pattern.length === 0) throw invalid(`Empty arrays are not allowed at ${path}`);
  const tests = pattern.map((item: Json) => valueTest(item, path));
  return (event) => tests.some((test) => test(event[key]));
}

/** One item of a pattern's list. A list in the event matches when one of its items does. */
function valueTest(item: Json, path: string): Test {
  if (isObject(item)) return operatorTest(item, path);
  if (Array.isArray(item)) throw invalid(`A list may not be within a list at ${path}`);
  return ofAny((value) => value === item);
}

function operatorTest(item: JsonObject, path: string): Test {
  const [[operator, operand] = ['', null], ...others] = Object.entries(item);
  if (others.length > 0) throw invalid(`Only one key allowed in match expression at ${path}`);
  const text = () => {
    if (typeof operand === 'string' && operand !== '') return operand;
    throw invalid(`${operator} match pattern must be a non-empty string at ${path}`);
  };
  switch (operator) {
    case 'prefix':
    case 'suffix':
      return affixTest(operator, operand, path);
    case 'equals-ignore-case': {
      const wanted = text().toLowerCase();
      return ofAny((value) => typeof value === 'string' && value.toLowerCase() === wanted);
    }
    case 'wildcard':
      return wildcardTest(text(), path);
    case 'exists':
      if (typeof operand !== 'boolean')
        throw invalid(`exists match pattern must be either true or false at ${path}`);
      // Of a leaf: an object that is there is no leaf.
      return (value) => (value !== undefined && !isObject(value)) === operand;
    case 'numeric':
      return ofAny(numericTest(operand, path));
    case 'anything-but':
      return anythingBut(operand, path);
    default:
      throw invalid(`Unrecognized match type ${operator} at ${path}`);
  }
}

function affixTest(operator: 'prefix' | 'suffix', operand: Json, path: string): Test {
  const folded = isObject(operand) ? operand['equals-ignore-case'] : undefined;
  const wanted = folded ?? operand;
  if (typeof wanted !== 'string' || wanted === '') {
    throw invalid(`${operator} match pattern must be a non-empty string at ${path}`);
  }
  const fold = (text: string) => (folded === undefined ? text : text.toLowerCase());
  const starts = operator === 'prefix';
  return ofAny((value) => {
    if (typeof value !== 'string') return false;
    return starts ? fold(value).startsWith(fold(wanted)) : fold(value).endsWith(fold(wanted));
  });
}

function wildcardTest(pattern: string, path: string): Test {
  if (pattern.includes('**')) throw invalid(`Consecutive wildcard characters at ${path}`);
  const parts = pattern.split('*').map((part) => part.replace(/[.+^${}()|[\]\\?]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('[^]*')}$`);
  return ofAny((value) => typeof value === 'string' && expression.test(value));
}

/** Matches when there is a value and none of what is named matches it. */
function anythingBut(operand: Json, path: string): Test {
  const operands: readonly Json[] = Array.isArray(operand) ? operand : [operand];
  if (operands.length === 0) throw invalid(`Empty arrays are not allowed at ${path}`);
  const tests = operands.flatMap((item) => {
    if (!isObject(item)) return [valueTest(item, path)];
    const [[operator, wanted] = ['', null]] = Object.entries(item);
    if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(operator)) {
      throw invalid(
        `Value of anything-but must be a value, a list, prefix, suffix, equals-ignore-case or wildcard at ${path}`,
      );
    }
    const each: readonly Json[] = Array.isArray(wanted) ? wanted : [wanted];
    return each.map((one) => operatorTest({ [operator]: one }, path));
  });
  return ofAny((value) => value !== undefined && !tests.some((test) => test(value)));
}

function numericTest(operand: Json, path: string): Test {
  const wrong = () => invalid(`Value of numeric must be an array of operators and numbers at ${path}`);
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 !== 0) throw wrong();
  const items = operand as readonly Json[];
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < items.length; index += 2) {
    const bound = items[index + 1];
    if (typeof bound !== 'number') throw wrong();
    tests.push(comparison(items[index] as string, bound, wrong));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function comparison(operator: string, bound: number, wrong: () => AwsError): (value: number) => boolean {
  switch (operator) {
    case '=':
      return (value) => value === bound;
    case '<':
      return (value) => value < bound;
    case '<=':
      return (value) => value <= bound;
    case '>':
      return (value) => value > bound;
    case '>=':
      return (value) => value >= bound;
    default:
      throw wrong();
  }
}

/** A test that a list passes when one of its items does, nested lists included. */
function ofAny(test: Test): Test {
  const any: Test = (value) => (Array.isArray(value) ? value.some((item: Json) => any(item)) : test(value));
  return any;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const invalid = (reason: string) =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
