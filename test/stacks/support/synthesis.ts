import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildStacks } from '../../../stacks';
import { defineConfiguration } from '../../../stacks/config/load';
import type { ConfigurationInput } from '../../../stacks/config/schema';

type Block = Readonly<Record<string, unknown>>;

/** What Terraform would read of one stack. */
export class Synthesized {
  constructor(
    readonly text: string,
    readonly json: Block,
  ) {}

  /** All resources of a type, by address. */
  resources(type: string): ReadonlyMap<string, Block> {
    return this.blocks('resource', type);
  }

  data(type: string): ReadonlyMap<string, Block> {
    return this.blocks('data', type);
  }

  resource(type: string, address: string): Block {
    const found = this.resources(type).get(address);
    if (found === undefined) {
      throw new Error(`no ${type}.${address}, only ${[...this.resources(type).keys()].join(', ')}`);
    }
    return found;
  }

  /** The statements of a policy document, with what tells the account left out of their resources. */
  statements(address: string): Block[] {
    const document = this.data('aws_iam_policy_document').get(address);
    if (document === undefined) {
      throw new Error(
        `no policy ${address}, only ${[...this.data('aws_iam_policy_document').keys()].join(', ')}`,
      );
    }
    return JSON.parse(simplified(JSON.stringify(document['statement']))) as Block[];
  }

  private blocks(kind: string, type: string): ReadonlyMap<string, Block> {
    const types = (this.json[kind] ?? {}) as Record<string, Record<string, Block>>;
    return new Map(Object.entries(types[type] ?? {}));
  }
}

/** Turns `arn:${partition}:ssm:${region}:${account}:x` into `ssm:x`. */
export function simplified(text: string): string {
  return text.replace(/arn:\$\{[^}]*\}:([a-z]+):\$\{[^}]*\}:\$\{[^}]*\}:/g, '$1:');
}

/** A complete configuration, as small as it can be; `change` makes it another one. */
export function example(change: (input: ConfigurationInput) => void = () => undefined): ConfigurationInput {
  const input: ConfigurationInput = {
    prefix: 'tandem/test',
    region: 'eu-central-1',
    database: { name: 'shop', create: {} },
    credentials: { app: { consumers: ['web'] } },
    services: { web: { image: 'example/web:1' } },
  };
  change(input);
  return input;
}

/** Synthesizes into a directory of its own and removes it. */
export function synthesize(
  input: ConfigurationInput = example(),
): Record<'database' | 'rotation' | 'service', Synthesized> {
  const directory = mkdtempSync(path.join(tmpdir(), 'tandem-synth-'));
  try {
    const out = path.join(directory, 'out');
    buildStacks(
      defineConfiguration(input),
      { rotator: zip(directory, 'rotator'), orchestrator: zip(directory, 'orchestrator') },
      out,
    ).synth();
    return {
      database: read(out, 'database'),
      rotation: read(out, 'rotation'),
      service: read(out, 'service'),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function zip(directory: string, name: string) {
  const file = path.join(directory, `${name}.zip`);
  writeFileSync(file, `the code of the ${name}`);
  return { path: file, sha256base64: createHash('sha256').update(readFileSync(file)).digest('base64') };
}

function read(out: string, stack: string): Synthesized {
  const file = path.join(out, 'stacks', stack, 'cdk.tf.json');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '{}';
  return new Synthesized(text, JSON.parse(text) as Block);
}
