import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { nameOf } from '../../../local/drill/parameters';
import { readRecord } from '../../../local/drill/record';
import type { Stage } from '../../../local/drill/stage';
import { until } from '../../../local/drill/wait';
import { expectUnharmed, raiseTestStage } from '../../support/stage';

jest.setTimeout(120_000);

describe.each([
  ['parameter', nameOf('active'), 'postgresql://nobody@nowhere/none'],
  ['entrypoint', nameOf('pointer'), 'green none'],
] as const)(
  'what a person writes over what containers read, with the delivery %s,',
  (delivery, Name, Value) => {
    let stage: Stage;

    beforeAll(async () => {
      // No sweep comes to its help.
      stage = await raiseTestStage({ delivery, settings: { events: { rateEveryMs: 600_000 } } });
    });

    afterAll(async () => {
      await stage.close();
    });

    async function published(): Promise<string | undefined> {
      const { Parameter } = await stage.clients.ssm.send(
        new GetParameterCommand({ Name, WithDecryption: true }),
      );
      return Parameter?.Value;
    }

    it('is published over, because of its event', async () => {
      const { clients, signal } = stage;
      const before = await published();
      await clients.ssm.send(new PutParameterCommand({ Name, Value, Overwrite: true }));
      await until('the credential to be published again and every service to be on it', signal, async () => {
        const { phase, reason } = await readRecord(stage);
        return (await published()) === before && phase === 'settled' && reason === null ? true : undefined;
      });
      expectUnharmed(stage);
    });
  },
);
