import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { parameterName, type ParameterKind } from '../../lambda-src/contract/names';
import { APP, PREFIX, type Clients, type DrillCredential } from './installation/model';

interface Reach {
  readonly clients: Pick<Clients, 'ssm'>;
  /** @default APP */
  readonly credential?: DrillCredential;
}

/** A parameter of a credential of the drill, by its name. */
export const nameOf = (kind: ParameterKind, { name } = APP): string => parameterName(PREFIX, name, kind);

export async function readParameter({ clients, credential }: Reach, kind: ParameterKind): Promise<string> {
  const { Parameter } = await clients.ssm.send(new GetParameterCommand({ Name: nameOf(kind, credential) }));
  return Parameter?.Value ?? '';
}

/** Writes over what is there, as a person may. */
export async function writeParameter(
  { clients, credential }: Reach,
  kind: ParameterKind,
  Value: string,
): Promise<void> {
  const Name = nameOf(kind, credential);
  const command = new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true });
  await clients.ssm.send(command);
}

/** Writes over what tasks read with the delivery parameter, as a person may. */
export async function writeActive({ clients, credential }: Reach, Value: string): Promise<void> {
  const Name = nameOf('active', credential);
  await clients.ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }));
}

/** What tasks read with the delivery parameter. */
export async function readActive({ clients, credential }: Reach): Promise<string> {
  const command = new GetParameterCommand({ Name: nameOf('active', credential), WithDecryption: true });
  return (await clients.ssm.send(command)).Parameter?.Value ?? '';
}

/** Changes fields of a parameter's JSON. @returns what was there before */
export async function changeParameter(stage: Reach, kind: ParameterKind, fields: object): Promise<string> {
  const before = await readParameter(stage, kind);
  await writeParameter(stage, kind, JSON.stringify({ ...(JSON.parse(before) as object), ...fields }));
  return before;
}
