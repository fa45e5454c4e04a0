import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { parameterName, type ParameterKind } from '../../lambda-src/contract/names';
import { CREDENTIAL, PREFIX, type Clients } from './installation/model';

interface Reach {
  readonly clients: Pick<Clients, 'ssm'>;
}

/** A parameter of the drill's credential, by its name. */
export const nameOf = (kind: ParameterKind): string => parameterName(PREFIX, CREDENTIAL, kind);

export async function readParameter({ clients }: Reach, kind: ParameterKind): Promise<string> {
  const { Parameter } = await clients.ssm.send(new GetParameterCommand({ Name: nameOf(kind) }));
  return Parameter?.Value ?? '';
}

/** Writes over what is there, as a person may. */
export async function writeParameter({ clients }: Reach, kind: ParameterKind, Value: string): Promise<void> {
  const command = new PutParameterCommand({ Name: nameOf(kind), Value, Type: 'String', Overwrite: true });
  await clients.ssm.send(command);
}

/** Changes fields of a parameter's JSON. @returns what was there before */
export async function changeParameter(stage: Reach, kind: ParameterKind, fields: object): Promise<string> {
  const before = await readParameter(stage, kind);
  await writeParameter(stage, kind, JSON.stringify({ ...(JSON.parse(before) as object), ...fields }));
  return before;
}
