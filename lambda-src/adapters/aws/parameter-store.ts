import {
  DeleteParametersCommand,
  GetParametersCommand,
  ParameterAlreadyExists,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
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
    await this.client.send(
      new PutParameterCommand({
        Name: name,
        Value: value,
        Type: 'String',
        Overwrite: true,
        Tier: 'Intelligent-Tiering',
      }),
    );
  }

  async create(name: string, value: string): Promise<boolean> {
    try {
      await this.client.send(
        new PutParameterCommand({
          Name: name,
          Value: value,
          Type: 'String',
          Overwrite: false,
          Tier: 'Intelligent-Tiering',
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ParameterAlreadyExists) return false;
      throw error;
    }
  }

  async remove(names: readonly string[]): Promise<void> {
    for (const Names of chunks(names)) await this.client.send(new DeleteParametersCommand({ Names }));
  }
}

function chunks(names: readonly string[]): string[][] {
  const count = Math.ceil(names.length / NAMES_PER_CALL);
  return Array.from({ length: count }, (_, index) =>
    names.slice(index * NAMES_PER_CALL, (index + 1) * NAMES_PER_CALL),
  );
}
