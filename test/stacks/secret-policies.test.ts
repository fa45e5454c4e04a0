import { example, synthesize } from './support/synthesis';

const account =
  'arn:${data.aws_partition.account_partition.partition}:iam::${data.aws_caller_identity.account_caller.account_id}';
const rotator = '${aws_iam_role.rotator_function_role.arn}';
const orchestrator = '${aws_iam_role.orchestrator_function_role.arn}';
const person = 'arn:aws:iam::111122223333:role/on-call';
const reporting = 'arn:aws:iam::111122223333:role/reporting';

const { rotation } = synthesize(
  example((it) => {
    it.operatorRoleArns = [person];
    it.credentials['app'] = {
      consumers: ['web', { cluster: 'c', service: 's' }],
      readerRoleArns: [reporting],
    };
  }),
);

const everyone = { effect: 'Deny', resources: ['*'], principals: [{ type: 'AWS', identifiers: ['*'] }] };
const unless = (...values: string[]) => ({ test: 'ArnNotEquals', variable: 'aws:PrincipalArn', values });
const read = ['secretsmanager:GetSecretValue'];
const write = ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'];
const replicate = ['secretsmanager:ReplicateSecretToRegions'];
const rotate = ['secretsmanager:RotateSecret'];

describe('the policy of', () => {
  it.each(['blue', 'green'])(
    '%s lets only functions and operators read and write, and not the rotator start a rotation',
    (slot) => {
      expect(rotation.statements(`app-policies_${slot}-policy`)).toEqual([
        { sid: 'Read', ...everyone, actions: read, condition: [unless(rotator, orchestrator, person)] },
        { sid: 'Write', ...everyone, actions: write, condition: [unless(rotator, orchestrator, person)] },
        { sid: 'Replicate', ...everyone, actions: replicate },
        {
          sid: 'Rotate',
          ...everyone,
          actions: rotate,
          condition: [
            unless(orchestrator, person),
            { test: 'BoolIfExists', variable: 'secretsmanager:RotateImmediately', values: ['true'] },
          ],
        },
      ]);
    },
  );

  it('active lets the execution roles of its consumers read too, and nobody at all rotate', () => {
    const executing = `${account}:role/tandem-test-web-execution`;
    expect(rotation.statements('app-policies_active-policy')).toEqual([
      {
        sid: 'Read',
        ...everyone,
        actions: read,
        condition: [unless(rotator, orchestrator, person, executing, reporting)],
      },
      { sid: 'Write', ...everyone, actions: write, condition: [unless(rotator, orchestrator, person)] },
      { sid: 'Replicate', ...everyone, actions: replicate },
      { sid: 'Rotate', ...everyone, actions: rotate },
    ]);
  });

  it.each(['blue', 'green', 'active'])('%s is attached to that secret', (kind) => {
    expect(rotation.resource('aws_secretsmanager_secret_policy', `app-policies_${kind}`)).toMatchObject({
      secret_arn: `\${aws_secretsmanager_secret.app_${kind}.arn}`,
      policy: `\${data.aws_iam_policy_document.app-policies_${kind}-policy.json}`,
      block_public_policy: true,
    });
  });

  it('active names the very role that starts the tasks', () => {
    const { service } = synthesize();
    expect(service.resource('aws_iam_role', 'web_execution-role')['name']).toBe('tandem-test-web-execution');
  });
});
