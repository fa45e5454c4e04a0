import { Testing, TerraformStack } from 'cdktf';
import { wakePatterns } from '../../modules/credential/patterns';
import { Account } from '../../modules/shared/account';

const LIMIT = 2_048;

/** The pattern as EventBridge gets it, in the partition, region and account with the longest names. */
function longest(pattern: string): string {
  return pattern.replace(
    /arn:\$\{[^}]*\}:(ecs|ssm):\$\{[^}]*\}:\$\{[^}]*\}:/g,
    'arn:aws-us-gov:$1:ap-northeast-1:111122223333:',
  );
}

describe('event patterns', () => {
  const account = new Account(new TerraformStack(Testing.app(), 'test'), 'account');
  const services = Array.from({ length: 50 }, (_, index) => ({
    cluster: `cluster-${index % 3}-${'c'.repeat(60)}`,
    service: `service-${index}-${'s'.repeat(80)}`,
  }));
  const secretArns = ['blue', 'green', 'active'].map((kind) => `arn:${kind}-${'x'.repeat(140)}`);
  const parameterArns = [account.arn('ssm', `parameter/${'p'.repeat(100)}/active`)];
  const watched = { secretArns, parameterArns };

  it('stay within what EventBridge accepts, and together name every secret, every parameter and every service', () => {
    const patterns = wakePatterns(account, watched, services);
    const all = patterns.map(({ json }) => json).join('');
    for (const { json } of patterns) expect(longest(json).length).toBeLessThanOrEqual(LIMIT);
    for (const arn of [...secretArns, ...parameterArns]) expect(all).toContain(`"${arn}"`);
    for (const { cluster, service } of services) {
      expect(all).toContain(`:service/${cluster}/${service}"`);
      expect(all).toContain(`"service:${service}"`);
    }
  });

  it('are as few as that allows: two for a credential with five services', () => {
    const five = services.slice(0, 5).map(({ cluster }, index) => ({ cluster, service: `service-${index}` }));
    expect(wakePatterns(account, watched, five).map(({ id }) => id)).toEqual(['changes-1', 'tasks-1']);
  });
});
