import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { parameterName } from '../../lambda-src/contract/names';
import { CREDENTIAL, PREFIX } from '../../local/drill/installation/model';
import { ENTRYPOINT } from '../../local/drill/installation/services';
import { readRecord } from '../../local/drill/record';
import { arnOfSecret, describeVariant, preflightSays } from './variant';

/** An apply waits for minutes wherever the provider does: 25 s for a queue. */
jest.setTimeout(600_000);

const Name = parameterName(PREFIX, CREDENTIAL, 'pointer');

describeVariant(
  'containers that pick their user, applied with the real AWS provider',
  {
    strategy: 'dual-user',
    credential: { delivery: 'entrypoint' },
    through: ['/bin/sh', ENTRYPOINT],
    secrets: async (clients) => ({
      blue: await arnOfSecret(clients, 'blue'),
      green: await arnOfSecret(clients, 'green'),
      active: Name,
    }),
  },
  {
    after: (applied) => {
      it('the pointer names slot and version of what is active after the rotations', async () => {
        const { stage } = applied();
        const { Parameter } = await stage.clients.ssm.send(new GetParameterCommand({ Name }));
        const { active } = await readRecord(stage);
        expect(Parameter).toMatchObject({ Type: 'String', Value: `${active.slot} ${active.version}` });
      });

      it('preflight finds nothing wrong with it, nor with the task definition that reads all three', async () => {
        const said = await preflightSays(applied().stage);
        expect(said).toContain('what containers pick: green, at the version that is active');
        expect(said).toContainEqual(
          expect.stringMatching(/^consumer .*: steady, and reads the pointer and both slots$/),
        );
      });
    },
  },
);
