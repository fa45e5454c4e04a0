import { DeleteParameterCommand } from '@aws-sdk/client-ssm';
import type { ParameterKind } from '../../../lambda-src/contract/names';
import { changeParameter, nameOf, readParameter, writeParameter } from '../../../local/drill/parameters';
import type { Stage } from '../../../local/drill/stage';
import type { Seed } from './model';

/** Changes fields of a parameter's JSON. */
export const changed =
  (kind: ParameterKind, fields: (stage: Stage) => object): Seed =>
  async ({ stage }) => {
    const before = await changeParameter(stage, kind, fields(stage));
    return () => writeParameter(stage, kind, before);
  };

export const deleted =
  (kind: ParameterKind): Seed =>
  async ({ stage }) => {
    const before = await readParameter(stage, kind);
    await stage.clients.ssm.send(new DeleteParameterCommand({ Name: nameOf(kind) }));
    return () => writeParameter(stage, kind, before);
  };
