import { parseRecord } from '../../lambda-src/contract/record';
import type { Clients, DrillCredential } from './installation/model';
import { nameOf, readParameter } from './parameters';
import { DrillError } from './wait';

/** @throws DrillError where there is no record that can be read */
export async function readRecord(stage: {
  readonly clients: Clients;
  readonly credential?: DrillCredential;
}) {
  const record = parseRecord(await readParameter(stage, 'record'));
  if (record === null)
    throw new DrillError(`The record ${nameOf('record', stage.credential)} cannot be read.`);
  return record;
}
