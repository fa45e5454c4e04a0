import { cell } from '../config/documentation';
import { quoted } from './expressions';
import type { Main } from './main-file';
import { literal, type Validation, type Variable } from './variable';
import { VARIABLES } from './variables';

/** variables.tf, as `terraform fmt` would write it. */
export function variablesFile(): string {
  const blocks = Object.entries(VARIABLES).map(([name, variable]) => variableBlock(name, variable));
  return blocks.join('\n');
}

function variableBlock(name: string, variable: Variable): string {
  const attributes: [string, string][] = [
    ['description', literal(variable.description)],
    ['type', variable.type],
    ...(variable.default === undefined ? [] : [['default', variable.default] as [string, string]]),
    ...(variable.default === 'null' ? [] : [['nullable', 'false'] as [string, string]]),
  ];
  const validations = (variable.validations ?? []).map(
    ({ condition, rule }: Validation) =>
      `\n  validation {\n${indented(
        aligned([
          ['condition', condition],
          ['error_message', literal(`${rule}.`)],
        ]),
        4,
      )}  }\n`,
  );
  return `variable "${name}" {\n${indented(aligned(attributes), 2)}${validations.join('')}}\n`;
}

/** outputs.tf. */
export function outputsFile({ outputs }: Main): string {
  const blocks = [...outputs].map(([name, { value, description, after }]) => {
    const attributes = aligned([
      ['description', literal(description)],
      ['value', quoted(value)],
      ...(after === undefined ? [] : [['depends_on', `[${after}]`] as const]),
    ]);
    return `output "${name}" {\n${indented(attributes, 2)}}\n`;
  });
  return blocks.join('\n');
}

/** versions.tf. */
export function versionsFile({ versions }: Main): string {
  return `terraform {
  required_version = ${literal(versions.terraform)}

  required_providers {
    aws = {
      source  = ${literal(versions.source)}
      version = ${literal(versions.aws)}
    }
  }
}
`;
}

/** Attributes on lines of their own; the equals signs of neighbours that need one line each stand in one column. */
export function aligned(attributes: readonly (readonly [string, string])[]): string {
  const lines: string[] = [];
  let run: (readonly [string, string])[] = [];
  const flush = () => {
    const width = Math.max(0, ...run.map(([name]) => name.length));
    lines.push(...run.map(([name, value]) => `${name.padEnd(width)} = ${value}`));
    run = [];
  };
  for (const attribute of attributes) {
    const [name, value] = attribute;
    if (!value.includes('\n')) run.push(attribute);
    else {
      flush();
      lines.push(`${name} = ${value}`);
    }
  }
  flush();
  return `${lines.join('\n')}\n`;
}

export function indented(text: string, spaces: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(spaces));
}

/** Tables of inputs and outputs, in Markdown. */
export function moduleTables({ outputs }: Main): string {
  const inputs = Object.entries(VARIABLES).map(([name, { type, default: fallback, description }]) => {
    const value = fallback === undefined ? '(required)' : `\`${oneLine(fallback)}\``;
    return `| \`${name}\` | \`${oneLine(type)}\` | ${value} | ${description} |`;
  });
  const given = [...outputs].map(([name, { description }]) => `| \`${name}\` | ${description} |`);
  return [
    '## Inputs',
    '',
    '| name | type | default | meaning |',
    '| --- | --- | --- | --- |',
    ...inputs,
    '',
    '## Outputs',
    '',
    '| name | meaning |',
    '| --- | --- |',
    ...given,
    '',
  ].join('\n');
}

/** What would end a cell is told otherwise; a type or a value on one line. */
function oneLine(text: string): string {
  return cell(text.replaceAll(/\s*\n\s*/g, ' ')).replaceAll('`', '');
}
