import {
  DeleteParameterCommand,
  DeleteParametersCommand,
  GetParameterCommand,
  LabelParameterVersionCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
} from '@aws-sdk/client-ssm';
import { startTarget, type Target } from '../endpoint/target';

let target: Target;
beforeEach(async () => (target = await startTarget()));
afterEach(() => target.close());

const put = (Name: string, Value: string, input: Partial<PutParameterCommandInput> = {}) =>
  target.ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', ...input }));

describe('Parameter Store Change (AWS: Systems Manager User Guide, EventBridge event examples)', () => {
  it('is told of every write, by what was done to which parameter, and without the value', async () => {
    await put('/p/a', 'hunter1', { Type: 'SecureString', Description: 'why' });
    await put('/p/a', 'hunter2', { Type: 'SecureString', Overwrite: true });
    await target.ssm.send(new LabelParameterVersionCommand({ Name: '/p/a', Labels: ['keep'] }));
    await put('/p/b', 'x');
    await target.ssm.send(new DeleteParametersCommand({ Names: ['/p/b', '/p/none'] }));
    await target.ssm.send(new DeleteParameterCommand({ Name: '/p/a' }));
    const detail = { name: '/p/a', type: 'SecureString', description: 'why' };
    const event = {
      source: 'aws.ssm',
      detailType: 'Parameter Store Change',
      resources: ['arn:aws:ssm:eu-central-1:123456789012:parameter/p/a'],
    };
    const ofA = target.events.filter(({ resources }) => resources[0] === event.resources[0]);
    expect(ofA).toEqual(
      ['Create', 'Update', 'LabelParameterVersion', 'Delete'].map((operation) => ({
        ...event,
        detail: { operation, ...detail },
      })),
    );
    const ofB = target.events.filter((one) => !ofA.includes(one)).map((one) => one.detail);
    expect(ofB).toMatchObject([{ operation: 'Create' }, { operation: 'Delete' }]);
    expect(JSON.stringify(target.events)).not.toContain('hunter');
  });

  it('is not told of what was refused, or only read', async () => {
    await put('/p/a', 'x');
    const before = target.events.length;
    await expect(put('/p/a', 'y')).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
    await target.ssm.send(new GetParameterCommand({ Name: '/p/a' }));
    expect(target.events).toHaveLength(before);
  });
});
