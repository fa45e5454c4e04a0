import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { AwsError } from '../endpoint/seams';
import { changedConfiguration, initialConfiguration } from './configuration';
import type { FunctionRecord, LambdaOptions, LambdaSettings } from './model';
import { Runner } from './runner';

type Input = Readonly<Record<string, unknown>>;

interface Held {
  readonly record: FunctionRecord;
  readonly runner: Runner;
}

/** How many lines of a function's log are remembered. */
const REMEMBERED_LINES = 50_000;

/** The functions of one account and region, their code on disk, and their runners. */
export class Functions {
  readonly #held = new Map<string, Held>();
  readonly #logs = new Map<string, string[]>();
  readonly #retired = new Set<Promise<void>>();
  #directory: string | undefined;
  #unpacked = 0;

  constructor(
    private readonly options: LambdaOptions,
    private readonly settings: LambdaSettings,
  ) {}

  list(): FunctionRecord[] {
    return [...this.#held.values()].map(({ record }) => record);
  }

  /** @throws AwsError ResourceNotFoundException */
  find(reference: string): FunctionRecord {
    return this.#find(reference).record;
  }

  runner(record: FunctionRecord): Runner {
    return this.#find(record.name).runner;
  }

  create(input: Input): FunctionRecord {
    const name = nameOf(String(input['FunctionName']));
    if (!/^[\w-]{1,64}$/.test(name)) {
      throw new AwsError(
        'ValidationException',
        `Value '${name}' at 'functionName' failed to satisfy constraint`,
      );
    }
    if (this.#held.has(name)) {
      throw new AwsError('ResourceConflictException', `Function already exist: ${name}`, 409);
    }
    const configuration = initialConfiguration(name, input);
    const record: FunctionRecord = {
      name,
      arn: this.#arn(name),
      configuration,
      code: this.#unpack(name, input['Code'] as Input | undefined),
      lastModified: this.options.clock.now(),
      revisionId: this.options.newId(),
      tags: (input['Tags'] ?? {}) as Record<string, string>,
      statements: [],
    };
    const onLine = (line: string) => this.#remember(name, line);
    this.#held.set(name, {
      record,
      runner: new Runner(record, { ...this.options, settings: this.settings, onLine }),
    });
    return record;
  }

  updateCode(record: FunctionRecord, input: Input): void {
    const code = this.#unpack(record.name, input);
    if (input['DryRun'] === true) return;
    record.code = code;
    if (input['Architectures'] !== undefined) {
      record.configuration = { ...record.configuration, Architectures: input['Architectures'] };
    }
    this.#revised(record);
  }

  updateConfiguration(record: FunctionRecord, input: Input): void {
    record.configuration = changedConfiguration(record.name, record.configuration, input);
    this.#revised(record);
  }

  delete(record: FunctionRecord): void {
    const { runner } = this.#find(record.name);
    this.#held.delete(record.name);
    this.#track(runner.close());
  }

  logsOf(reference: string): string {
    return (this.#logs.get(nameOf(reference)) ?? []).map((line) => `${line}\n`).join('');
  }

  async close(): Promise<void> {
    await Promise.all([...this.#held.values()].map(({ runner }) => runner.close()));
    await Promise.all(this.#retired);
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
  }

  #find(reference: string): Held {
    const held = this.#held.get(nameOf(reference));
    if (held === undefined) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Function not found: ${this.#arn(nameOf(reference))}`,
        404,
      );
    }
    return held;
  }

  #arn(name: string): string {
    const { partition, region, accountId } = this.options.place;
    return `arn:${partition}:lambda:${region}:${accountId}:function:${name}`;
  }

  #revised(record: FunctionRecord): void {
    record.revisionId = this.options.newId();
    record.lastModified = this.options.clock.now();
    this.#track(this.#find(record.name).runner.retire());
  }

  #track(ending: Promise<void>): void {
    this.#retired.add(ending);
    void ending.finally(() => this.#retired.delete(ending));
  }

  #remember(name: string, line: string): void {
    const lines = this.#logs.get(name) ?? [];
    this.#logs.set(name, lines);
    lines.push(line);
    if (lines.length > REMEMBERED_LINES) lines.splice(0, lines.length - REMEMBERED_LINES);
    this.options.onLog?.(name, line);
  }

  #unpack(name: string, code: Input | undefined): FunctionRecord['code'] {
    const encoded = code?.['ZipFile'];
    if (typeof encoded !== 'string') {
      throw new AwsError(
        'InvalidParameterValueException',
        'The local endpoint takes code as ZipFile only, not from S3 and not as an image.',
      );
    }
    const zip = Buffer.from(encoded, 'base64');
    const sha256 = createHash('sha256').update(zip).digest('base64');
    this.#directory ??= this.options.directory ?? mkdtempSync(path.join(tmpdir(), 'tandem-lambda-'));
    this.#unpacked += 1;
    const directory = path.join(this.#directory, `${name}-${this.#unpacked}`);
    mkdirSync(directory, { recursive: true });
    for (const [entry, content] of Object.entries(entriesOf(zip))) {
      const file = path.join(directory, entry);
      // A name with `..` would be written somewhere else on this machine.
      if (!file.startsWith(directory + path.sep)) throw badZip();
      if (entry.endsWith('/')) continue;
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    return { directory, size: zip.byteLength, sha256 };
  }
}

function entriesOf(zip: Buffer): Record<string, Uint8Array> {
  try {
    return unzipSync(zip);
  } catch {
    throw badZip();
  }
}

const badZip = () =>
  new AwsError(
    'InvalidParameterValueException',
    'Could not unzip uploaded file. Please check your file, then try to upload again.',
  );

/** The name in a name, a partial ARN or an ARN, with or without a qualifier. */
export function nameOf(reference: string): string {
  const [, afterFunction] = /(?:^|:)function:([^:]+)/.exec(reference) ?? [];
  if (afterFunction !== undefined) return afterFunction;
  return reference.split(':')[0] ?? reference;
}
