import { UpdateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { startTarget, token, until, type Target } from '../endpoint/target';
import { callsOn } from './calls';

let target: Target;
beforeEach(async () => (target = await startTarget()));
afterEach(() => target.close());
const { create, put, stages, move } = callsOn(() => target);

describe('moving labels is compare-and-swap (AWS: UpdateSecretVersionStage, Secrets Manager API)', () => {
  beforeEach(async () => {
    await create('one');
    await put('two', 'second', ['mine']);
  });

  it('moves AWSCURRENT from the version named, and AWSPREVIOUS goes there', async () => {
    await move('AWSCURRENT', token('second'), token('first'));
    expect(await stages()).toEqual({
      [token('first')]: ['AWSPREVIOUS'],
      [token('second')]: ['mine', 'AWSCURRENT'],
    });
    await move('AWSCURRENT', token('first'), token('second'));
    expect(await stages()).toEqual({
      [token('first')]: ['AWSCURRENT'],
      [token('second')]: ['mine', 'AWSPREVIOUS'],
    });
  });

  it('refuses to move an attached label without RemoveFromVersionId, and names the version that has it', async () => {
    await expect(move('AWSCURRENT', token('second'))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message:
        "The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version " +
        `${token('first')}, so you must explicitly reference that version in RemoveFromVersionId.`,
    });
  });

  it('refuses a RemoveFromVersionId that does not hold the label, and changes nothing', async () => {
    await expect(move('AWSCURRENT', token('second'), token('second'))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(move('AWSPENDING', undefined, token('second'))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    expect(await stages()).toEqual({ [token('first')]: ['AWSCURRENT'], [token('second')]: ['mine'] });
  });

  it('never takes AWSCURRENT off without putting it elsewhere', async () => {
    await expect(move('AWSCURRENT', undefined, token('first'))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('You can only move staging label AWSCURRENT') as string,
    });
  });

  it('attaches a label that nobody has, and takes one off', async () => {
    await move('fresh', token('first'));
    await move('mine', undefined, token('second'));
    expect(await stages()).toEqual({ [token('first')]: ['AWSCURRENT', 'fresh'] });
  });

  it('refuses a version that does not exist', async () => {
    await expect(move('fresh', token('none'))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('label events (AWS: Secret event notifications, Secrets Manager User Guide)', () => {
  const labelEvents = () =>
    target.events
      .filter(({ detailType }) => detailType === 'Secret Label Updated')
      .map(({ detail }) => detail);

  it('announces every label but AWSPENDING and AWSPREVIOUS, custom ones included', async () => {
    const { ARN } = await create('one');
    await put('two', 'second', ['AWSPENDING', 'mine']);
    await move('AWSCURRENT', token('second'), token('first'));
    expect(labelEvents()).toEqual([
      { name: 'db', labelUpdated: 'AWSCURRENT', versionId: token('first') },
      { name: 'db', labelUpdated: 'mine', versionId: token('second') },
      { name: 'db', labelUpdated: 'AWSCURRENT', versionId: token('second') },
    ]);
    expect(target.events[0]).toMatchObject({ source: 'aws.secretsmanager', resources: [ARN] });
  });

  it('announces nothing for a change of metadata, nor for a repeated put', async () => {
    await create('one');
    const before = target.events.length;
    await target.secrets.send(new UpdateSecretCommand({ SecretId: 'db', Description: 'changed' }));
    await put('one', 'first');
    await until(
      'the calls are answered',
      () => target.endpoint.callLog.count({ operation: 'PutSecretValue' }) === 1,
    );
    expect(target.events).toHaveLength(before);
  });
});
