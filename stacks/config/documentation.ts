import { z } from 'zod';
import { OUTPUTS } from '../outputs';
import { configurationSchema } from './schema';
import { at, mapping } from './suggestion';

type Schema = Readonly<Record<string, unknown>>;

/** JSON Schema of a configuration as people write it, for editors. */
export function configurationJsonSchema(): Schema {
  const schema = z.toJSONSchema(configurationSchema, { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: 'An installation of Tandem' };
}

/** Tables of everything that a configuration may say, in Markdown. */
export function configurationTables(): string {
  const tables: string[] = [];
  describe('', configurationJsonSchema(), tables);
  return `${tables.join('\n\n')}\n`;
}

/** A table of what the stacks give out, in Markdown. */
export function outputTables(): string {
  const rows = Object.entries(OUTPUTS).flatMap(([stack, outputs]) =>
    Object.entries(outputs).map(([name, meaning]) => `| ${stack} | \`${name}\` | ${cell(meaning)} |`),
  );
  return ['## Outputs', '', '| stack | output | meaning |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

/** A table of one mapping's keys, followed by those of the mappings in it. */
function describe(path: string, schema: Schema, tables: string[]): void {
  const properties = Object.entries(mapping(schema['properties']));
  if (properties.length === 0) return;
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  const rows = properties.map(([key, value]) => row(key, mapping(value), required.has(key)));
  const title = path === '' ? '## Inputs' : `### \`${path}\``;
  tables.push(
    [title, '', '| key | value | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n'),
  );
  for (const [key, value] of properties) {
    const place = path === '' ? key : `${path}.${key}`;
    for (const [suffix, inner] of mappingsIn(mapping(value))) describe(`${place}${suffix}`, inner, tables);
  }
}

/** The mappings that a value is, holds by name, or lists. */
function mappingsIn(schema: Schema): [string, Schema][] {
  if (schema['properties'] !== undefined) return [['', schema]];
  const named = mapping(schema['additionalProperties']);
  if (named['properties'] !== undefined) return [['.<name>', named]];
  const items = mapping(schema['items']);
  return alternatives(items)
    .filter((item) => item['properties'] !== undefined)
    .map((item) => ['[]', item]);
}

function alternatives(schema: Schema): Schema[] {
  const some = schema['anyOf'];
  return Array.isArray(some) ? some.map(mapping) : [schema];
}

function row(key: string, schema: Schema, required: boolean): string {
  const given = at(schema, ['default']);
  const fallback = given === undefined || typeof given === 'object' ? '' : code(given);
  const meaning = typeof schema['description'] === 'string' ? schema['description'] : '';
  const cells = [`\`${key}\``, kind(schema), required ? '(required)' : fallback, meaning];
  return `| ${cells.map(cell).join(' | ')} |`;
}

function kind(schema: Schema): string {
  const values = schema['enum'];
  if (Array.isArray(values)) return values.map(code).join(' or ');
  if (schema['const'] !== undefined) return code(schema['const']);
  if (Array.isArray(schema['anyOf'])) return [...new Set(alternatives(schema).map(kind))].join(' or ');
  const type = String(schema['type']);
  return type === 'array' ? `list of ${kind(mapping(schema['items']))}` : (NAMES[type] ?? type);
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  boolean: 'true or false',
  object: 'mapping',
};

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

/** What would end a cell or a line. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
