import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { parameterName, type ParameterKind } from '../../../lambda-src/contract/names';
import { CREDENTIAL, PREFIX } from '../../../local/drill/installation/model';
import type { Stage } from '../../../local/drill/stage';
import type { Scene, Seed } from './model';

async function parameter({ stage }: Scene, kind: ParameterKind, Value: string): Promise<void> {
  const Name = parameterName(PREFIX, CREDENTIAL, kind);
  await stage.clients.ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }));
}

/** Changes fields of a parameter's JSON. */
export const changed =
  (kind: ParameterKind, fields: (stage: Stage) => object): Seed =>
  async (scene) => {
    const Name = parameterName(PREFIX, CREDENTIAL, kind);
    const { Parameter } = await scene.stage.clients.ssm.send(new GetParameterCommand({ Name }));
    const before = Parameter?.Value ?? '';
    await parameter(
      scene,
      kind,
      JSON.stringify({ ...(JSON.parse(before) as object), ...fields(scene.stage) }),
    );
    return () => parameter(scene, kind, before);
  };

export const deleted =
  (kind: ParameterKind): Seed =>
  async (scene) => {
    const Name = parameterName(PREFIX, CREDENTIAL, kind);
    const { Parameter } = await scene.stage.clients.ssm.send(new GetParameterCommand({ Name }));
    await scene.stage.clients.ssm.send(new DeleteParameterCommand({ Name }));
    return () => parameter(scene, kind, Parameter?.Value ?? '');
  };
