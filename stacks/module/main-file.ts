import { NAME_EXPRESSION, stem } from '../../modules/shared/naming';
import type { Zips } from '../rotation';
import { isMapping, textOf, type Json, type Mapping } from './expressions';
import { edited, partLocals, withParts, type Blocks } from './parts';
import { generalizedBlocks, withCode, withOptionalStatements, withoutOddities, withTags } from './rules';
import { synthesizeSpecimen } from './stack';
import { NAME, SPECIMEN } from './specimen';

/** Something that the module gives out. */
interface Output {
  /** Template. */
  readonly value: string;
  readonly description: string;
  /** Address of what has to exist before the value is of use. */
  readonly after?: string;
}

/** Whoever names the secret wants it to have a value. */
const BOOTSTRAP = 'aws_lambda_invocation.credential-rotation_bootstrap';

/** What the module is made of, in Terraform's JSON syntax, and its outputs by name. */
export interface Main {
  readonly blocks: Mapping;
  readonly outputs: ReadonlyMap<string, Output>;
  /** Ranges of Terraform and of the provider. */
  readonly versions: { readonly terraform: string; readonly source: string; readonly aws: string };
}

/** Synthesizes the same constructs that an installation is made of, and generalizes what comes out. */
export function mainFile(zips: Zips): Main {
  const synthesized = synthesizeSpecimen(zips);
  const names = new Map<string, string>();
  const compiled = (kind: 'resource' | 'data'): Blocks => {
    const raw = withOptionalStatements(withParts(withoutOddities(blocksOf(synthesized[kind]))));
    return withCode(generalizedBlocks(withTags(raw)));
  };
  const blocks = hoisted({ data: compiled('data'), resource: compiled('resource') }, names);
  const locals = { ...partLocals(), ...Object.fromEntries(names) };
  const { required_version: terraform, required_providers: providers } = mappingOf(synthesized['terraform']);
  const { source, version } = mappingOf(mappingOf(providers)['aws']);
  return {
    blocks: { locals, ...blocks },
    outputs: outputsOf(synthesized['output']),
    versions: { terraform: textOf(terraform), source: textOf(source), aws: textOf(version) },
  };
}

/** What names of the installation start with. */
const STEM = stem(SPECIMEN.prefix);

/** A name is worked out once, in a local value that says what it is the name of. */
function hoisted(blocks: Mapping, names: Map<string, string>): Mapping {
  names.set('stem', STEM);
  return edited(blocks, (text) =>
    text
      .replaceAll(STEM, () => '${local.stem}')
      .replaceAll(NAME_EXPRESSION, (expression, template: string, limit: string) => {
        if (expression.includes('count.')) return expression;
        const what = template
          .replace('${local.stem}', '')
          .replaceAll(NAME, 'credential')
          .replaceAll(/[^A-Za-z0-9]+/g, '_');
        const local = `name${what}${limit === '64' ? '' : `_${limit}`}`;
        const known = names.get(local);
        if (known !== undefined && known !== expression) throw new Error(`Two names are called ${local}.`);
        names.set(local, expression);
        return `\${local.${local}}`;
      }),
  );
}

function outputsOf(outputs: Json | undefined): Main['outputs'] {
  const given = withParts(blocksOf({ output: outputs ?? {} }))['output'] ?? {};
  return new Map(
    Object.entries(given).map(([name, { value, description }]) => {
      const meaning = textOf(description);
      // The module has one credential, so what the stack maps by name is one value.
      return isMapping(value)
        ? [
            name.replace(/s$/, ''),
            {
              value: textOf(value[NAME]),
              description: meaning.replace(', by credential', ''),
              after: BOOTSTRAP,
            },
          ]
        : [name, { value: textOf(value), description: meaning }];
    }),
  );
}

function blocksOf(value: Json | undefined): Blocks {
  return Object.fromEntries(
    Object.entries(mappingOf(value)).map(([type, named]) => [
      type,
      Object.fromEntries(Object.entries(mappingOf(named)).map(([name, block]) => [name, mappingOf(block)])),
    ]),
  );
}

function mappingOf(value: Json | undefined): Mapping {
  return isMapping(value) ? value : {};
}
