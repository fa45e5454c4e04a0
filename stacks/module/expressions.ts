/** A value in Terraform's JSON syntax. Texts are templates: `${…}` in them is an expression. */
export type Json = string | number | boolean | null | readonly Json[] | Mapping;

export interface Mapping {
  readonly [key: string]: Json;
}

export function isMapping(value: Json | undefined): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws Error where a value is no text */
export function textOf(value: Json | undefined): string {
  if (typeof value !== 'string') throw new Error(`${JSON.stringify(value)} is no text.`);
  return value;
}

/** What a template consists of. Escapes (`$${`, `%%{`) stay in the text. */
type Piece = { readonly text: string } | { readonly expression: string };

export function pieces(template: string): Piece[] {
  const found: Piece[] = [];
  let text = '';
  let index = 0;
  while (index < template.length) {
    const escape = ['$${', '%%{'].find((one) => template.startsWith(one, index));
    if (escape !== undefined) {
      text += escape;
      index += escape.length;
    } else if (template.startsWith('${', index)) {
      const end = endOf(template, index + 2, '}');
      if (text !== '') found.push({ text });
      text = '';
      found.push({ expression: template.slice(index + 2, end).trim() });
      index = end + 1;
    } else {
      text += template.charAt(index);
      index += 1;
    }
  }
  return text === '' ? found : [...found, { text }];
}

/** @returns the index of what closes an expression (`}`) or a quoted text (`"`) that goes on at `from` */
function endOf(source: string, from: number, closing: '}' | '"'): number {
  for (let index = from; index < source.length; index += 1) {
    const character = source.charAt(index);
    if (character === closing) return index;
    if (closing === '"' && character === '\\') index += 1;
    else if (closing === '"' && source.startsWith('$${', index)) index += 2;
    else if (closing === '"' && source.startsWith('${', index)) index = endOf(source, index + 2, '}');
    else if (closing === '}' && character === '"') index = endOf(source, index + 1, '"');
    else if (closing === '}' && character === '{') index = endOf(source, index + 1, '}');
  }
  throw new Error(`${closing} is missing in ${source}`);
}

/** The one expression that a template is, or undefined where it is more or less than one. */
export function onlyExpression(template: string): string | undefined {
  const [first, ...rest] = pieces(template);
  return first !== undefined && 'expression' in first && rest.length === 0 ? first.expression : undefined;
}

/** A template as an expression in HCL. */
export function quoted(template: string): string {
  const whole = onlyExpression(template);
  if (whole !== undefined) return whole;
  const parts = pieces(template).map((piece) =>
    // JSON escapes what HCL escapes, and in the same way.
    'text' in piece ? JSON.stringify(piece.text).slice(1, -1) : `\${${piece.expression}}`,
  );
  return `"${parts.join('')}"`;
}

/** A key of a mapping in HCL. */
export function key(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : JSON.stringify(name);
}

/** Around the number of an expression that stands aside; for private use in Unicode, so in no text of ours. */
const ASIDE = /\uE000(\d+)\uE001/g;

/**
 * Reads a JSON document that is a template. An expression in quotes becomes part of a text, one without quotes the value.
 * @returns undefined where the text is no document with expressions in it
 */
export function documentIn(template: string): Json | undefined {
  const expressions: string[] = [];
  let within = false;
  let text = '';
  for (const piece of pieces(template)) {
    if ('text' in piece) {
      text += piece.text;
      within = piece.text.replaceAll(/\\./g, '').split('"').length % 2 === 0 ? !within : within;
    } else {
      const aside = `\uE000${expressions.push(piece.expression) - 1}\uE001`;
      text += within ? aside : `"${aside}"`;
    }
  }
  if (expressions.length === 0 || !/^\s*[[{]/.test(text)) return undefined;
  try {
    return restored(JSON.parse(text) as Json, expressions);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function restored(value: Json, expressions: readonly string[]): Json {
  if (typeof value === 'string')
    return value.replaceAll(ASIDE, (_, index: string) => `\${${expressions[Number(index)] ?? ''}}`);
  if (Array.isArray(value)) return value.map((item: Json) => restored(item, expressions));
  return isMapping(value) ? mapped(value, (item) => restored(item, expressions)) : value;
}

/** A mapping with other values. */
export function mapped(mapping: Mapping, change: (value: Json, name: string) => Json): Mapping {
  return Object.fromEntries(Object.entries(mapping).map(([name, value]) => [name, change(value, name)]));
}
