import {
  DeleteParametersCommand,
  GetParametersCommand,
  ParameterAlreadyExists,
  PutParameterCommand,
  type PutParameterCommandInput,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { Sensitive } from '../../core/sensitive';
import type { Parameter, ParameterStore } from '../../ports/parameters';

/** "Maximum number of 10 items": GetParameters and DeleteParameters, Systems Manager API Reference. */
const NAMES_PER_CALL = 10;

/** The parameter store over AWS Systems Manager. */
export class SsmParameterStore implements ParameterStore {
  constructor(private readonly client: SSMClient) {}

  async get(names: readonly string[]): Promise<ReadonlyMap<string, Parameter>> {
    const found = new Map<string, Parameter>();
    for (const Names of chunks(names)) {
      const answer = await this.client.send(new GetParametersCommand({ Names, WithDecryption: true }));
      for (const { Name, Value, Version } of answer.Parameters ?? []) {
        if (Name !== undefined && Value !== undefined)
          found.set(Name, { value: Value, version: Version ?? 0 });
      }
    }
    return found;
  }

  async put(name: string, value: string): Promise<void> {
    await this.#write({ Name: name, Value: value, Type: 'String', Overwrite: true });
  }

  create(name: string, value: string): Promise<boolean> {
    return this.#create({ Name: name, Value: value, Type: 'String' });
  }

  async getSecure(name: string): Promise<Sensitive | null> {
    const found = (await this.get([name])).get(name);
    return found === undefined ? null : new Sensitive(found.value);
  }

  async putSecure(name: string, value: Sensitive, keyArn?: string): Promise<void> {
    await this.#write({ ...secure(name, value, keyArn), Overwrite: true });
  }

  createSecure(name: string, value: Sensitive, keyArn?: string): Promise<boolean> {
    return this.#create(secure(name, value, keyArn));
  }

  async remove(names: readonly string[]): Promise<void> {
    for (const Names of chunks(names)) await this.client.send(new DeleteParametersCommand({ Names }));
  }

  async #write(input: PutParameterCommandInput): Promise<void> {
    await this.client.send(new PutParameterCommand({ Tier: 'Intelligent-Tiering', ...input }));
  }

  async #create(input: PutParameterCommandInput): Promise<boolean> {
    try {
      await this.#write({ ...input, Overwrite: false });
      return true;
    } catch (error) {
      if (error instanceof ParameterAlreadyExists) return false;
      throw error;
    }
  }
}

/** The value is revealed here, at the moment it leaves. */
function secure(name: string, value: Sensitive, keyArn: string | undefined): PutParameterCommandInput {
  return {
    Name: name,
    Value: value.reveal(),
    Type: 'SecureString',
    ...(keyArn === undefined ? {} : { KeyId: keyArn }),
  };
}

function chunks(names: readonly string[]): string[][] {
  const count = Math.ceil(names.length / NAMES_PER_CALL);
  return Array.from({ length: count }, (_, index) =>
    names.slice(index * NAMES_PER_CALL, (index + 1) * NAMES_PER_CALL),
  );
}
