import {
  DefaultTokenResolver,
  StringConcat,
  TerraformElement,
  Tokenization,
  type TerraformStack,
} from 'cdktf';

/** A stack as HCL, and what CDKTF notes about it. */
export interface Hcl {
  readonly hcl: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Renders a stack as HCL with every text in it quoted, and no reference. CDKTF leaves quotes as they are in a text that
 * holds an expression, backslashes in every text, and turns a line break into a document with one more of them.
 * @param render what renders the stack from its elements
 */
export function withQuotedTexts(stack: TerraformStack, render: () => Hcl): Hcl {
  const elements = stack.node.findAll().filter((node) => TerraformElement.isTerraformElement(node));
  for (const element of elements) {
    const original = element.toHclTerraform.bind(element);
    element.toHclTerraform = () => quoted(resolved(stack, original()));
  }
  try {
    const { hcl, metadata } = render();
    // A word of the language. In a text these quotes would have been escaped.
    return { hcl: hcl.replaceAll('ignore_changes = "all"', 'ignore_changes = all'), metadata };
  } finally {
    for (const element of elements) Reflect.deleteProperty(element, 'toHclTerraform');
  }
}

function resolved(stack: TerraformStack, fragment: unknown): unknown {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(fragment, { scope: stack, resolver, preparing: false }) as unknown;
}

/** CDKTF's own notes, which are JSON in a file of their own. */
const NOTES = '//';

/** Lists of references, which CDKTF quotes as if they were texts. What looks like a list already it leaves as it is. */
const REFERENCES = ['depends_on', 'ignore_changes'];

function quoted(value: unknown, key = ''): unknown {
  if (key === NOTES) return value;
  if (Array.isArray(value))
    return REFERENCES.includes(key) ? `[${value.join(', ')}]` : value.map((item) => quoted(item));
  if (typeof value === 'string') return quotedText(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, quoted(inner, name)]));
}

/**
 * A text as it stands between quotes in HCL, its expressions untouched.
 * Source: Terraform language documentation, "Strings and templates".
 */
export function quotedText(text: string): string {
  let result = '';
  for (let at = 0; at < text.length;) {
    const end = expressionEnd(text, at);
    const length = end === null ? escapeLength(text, at) : end - at;
    const piece = text.slice(at, at + length);
    result += end === null ? (ESCAPES[piece] ?? piece) : piece;
    at += length;
  }
  return result;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** `$${` and `%%{` stand for themselves and begin no expression. */
function escapeLength(text: string, at: number): number {
  return ['$${', '%%{'].includes(text.slice(at, at + 3)) ? 3 : 1;
}

/** @returns where the expression that begins here ends, null where none does */
function expressionEnd(text: string, start: number): number | null {
  if (!['${', '%{'].includes(text.slice(start, start + 2))) return null;
  let depth = 0;
  let inText = false;
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at];
    if (inText) {
      if (character === '\\') at += 1;
      else if (character === '"') inText = false;
      else if (['${', '%{'].includes(text.slice(at, at + 2))) at = (expressionEnd(text, at) ?? at + 1) - 1;
      continue;
    }
    if (character === '"') inText = true;
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return null;
}
