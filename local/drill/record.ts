import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { parameterName } from '../../lambda-src/contract/names';
import { parseRecord } from '../../lambda-src/contract/record';
import { CREDENTIAL, PREFIX, type Clients } from './installation/model';
import { DrillError } from './wait';

/** @throws DrillError where there is no record that can be read */
export async function readRecord({ clients }: { readonly clients: Clients }) {
  const Name = parameterName(PREFIX, CREDENTIAL, 'record');
  const { Parameter } = await clients.ssm.send(new GetParameterCommand({ Name }));
  const record = parseRecord(Parameter?.Value ?? '');
  if (record === null) throw new DrillError(`The record ${Name} cannot be read.`);
  return record;
}
