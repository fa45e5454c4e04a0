import { activeSecretOf, parseCredentialDocument } from '../../../lambda-src/contract/config-document';
import { deliveredBy, versionedKey } from '../../../lambda-src/contract/delivered';
import { ContractError } from '../../../lambda-src/contract/parse';
import { leastDocument } from '../../support/credential-document';

const arn = (kind: string) =>
  `arn:aws:secretsmanager:eu-west-1:123456789012:secret:tandem/app/${kind}-AbCdEf`;
const least = leastDocument(arn);

function problemsOf(document: unknown): string {
  try {
    parseCredentialDocument('/tandem/app/config', JSON.stringify(document));
  } catch (error) {
    if (error instanceof ContractError) return error.message;
    throw error;
  }
  return '';
}

describe('the configuration document', () => {
  it('fills in what may be left out', () => {
    expect(parseCredentialDocument('p', JSON.stringify(least))).toMatchObject({
      ownDatabase: false,
      urlOptions: 'sslmode=require',
      password: { length: 40 },
      groupWith: [],
      rollout: { deadlineSeconds: 3_600, drainAlarmSeconds: 86_400, skewSeconds: 5, visibilitySeconds: 30 },
      rotatorTimeoutSeconds: 60,
    });
  });

  it('a parsed document parses again to itself', () => {
    const document = parseCredentialDocument('p', JSON.stringify(least));
    expect(parseCredentialDocument('p', JSON.stringify(document))).toEqual(document);
  });

  it.each([
    ['schema', { schema: 2 }],
    ['credential', { credential: '1-hunter2' }],
    ['credential', { credential: `a${'b'.repeat(40)}` }],
    ['strategy', { strategy: 'hunter2' }],
    ['delivery', { delivery: 'hunter2' }],
    ['database', { database: '' }],
    ['database', { database: '..' }],
    ['ownerRole', { ownerRole: 'pg_hunter2' }],
    ['ownerRole', { ownerRole: 'é'.repeat(32) }],
    ['ownerRole', { ownerRole: 'app\u0000hunter2' }],
    ['ownerRole', { ownerRole: 'app_green' }],
    ['slots.green.user', { slots: { ...least.slots, green: { ...least.slots.green, user: 'app_blue' } } }],
    ['slots.blue.secretArn', { slots: { ...least.slots, blue: { user: 'x', secretArn: 'hunter2' } } }],
    ['slots.green', { slots: { blue: least.slots.blue } }],
    ['activeSecretArn', { activeSecretArn: 'hunter2' }],
    ['urlOptions', { urlOptions: 'hunter2'.repeat(100) }],
    ['password.length', { password: { length: 15 } }],
    ['password.exclude', { password: { exclude: 'hunter2'.repeat(20) } }],
    ['consumers.0.service', { consumers: [{ cluster: 'main', service: '' }] }],
    ['consumers', { consumers: Array.from({ length: 51 }, () => ({ cluster: 'c', service: 's' })) }],
    ['groupWith.0', { groupWith: ['hunter 2'] }],
    ['rollout.deadlineSeconds', { rollout: { deadlineSeconds: 9 } }],
    ['rollout.visibilitySeconds', { rollout: { visibilitySeconds: 601 } }],
    ['rotatorTimeoutSeconds', { rotatorTimeoutSeconds: 0.5 }],
    ['surplus', { surplus: 'hunter2' }],
  ])('I5: names %s where it is bad (%#), never its value', (place, change) => {
    const problems = problemsOf({ ...least, ...change });
    expect(problems).toContain('configuration document /tandem/app/config is not valid');
    expect(problems).toContain(place);
    expect(problems).not.toContain('hunter2');
  });

  it('accepts role names of exactly 63 bytes', () => {
    expect(problemsOf({ ...least, ownerRole: `${'é'.repeat(31)}x` })).toBe('');
  });

  it('says everything that is wrong at once', () => {
    const problems = problemsOf({ ...least, schema: 2, database: '' });
    expect(problems).toMatch(/schema: .*; database: /);
  });

  it('says that a text is not JSON, without the text', () => {
    expect(() => parseCredentialDocument('p', '{hunter2')).toThrow(
      new ContractError('The configuration document p is not valid: it is not JSON.'),
    );
  });

  describe('of the delivery parameter', () => {
    const { activeSecretArn, ...rest } = least;
    const parameter = { ...rest, delivery: 'parameter' } as const;
    const key = 'arn:aws:kms:eu-west-1:123456789012:key/1';

    it('names no active secret, and may name a key', () => {
      expect(problemsOf(parameter)).toBe('');
      expect(problemsOf({ ...parameter, activeParameterKeyArn: key })).toBe('');
    });

    it.each([
      ['activeSecretArn: goes with the delivery secret', { ...parameter, activeSecretArn }],
      ['activeSecretArn: goes with the delivery secret', rest],
      [
        'activeParameterKeyArn: goes with the delivery parameter only',
        { ...least, activeParameterKeyArn: key },
      ],
      ['adopt: goes with the delivery secret only', { ...parameter, adopt: { slot: 'blue' } }],
      ['delivery: must be secret: this strategy has one secret', { ...parameter, strategy: 'alternating' }],
    ])('%s, and says so', (fix, document) => {
      expect(problemsOf(document)).toContain(fix);
    });

    it('has no active secret to ask for', () => {
      const config = parseCredentialDocument('p', JSON.stringify(parameter));
      expect(() => activeSecretOf(config)).toThrow('has no active secret: its delivery is parameter');
    });

    it('is read by its name, and a secret by its ARN', () => {
      const delivered = deliveredBy('tandem', parseCredentialDocument('p', JSON.stringify(parameter)));
      const { credential } = least;
      expect(delivered.name).toBe(`/tandem/${credential}/active`);
      expect([delivered.missingFrom([delivered.name]), delivered.isNamedBy(`${delivered.name}:3`)]).toEqual([
        [],
        false,
      ]);
      const secret = deliveredBy('tandem', parseCredentialDocument('p', JSON.stringify(least)));
      const old = `${arn('active')}:url:AWSPREVIOUS:`;
      expect([secret.name, secret.missingFrom([old]), secret.isNamedBy(old)]).toEqual([
        arn('active'),
        [arn('active')],
        true,
      ]);
    });
  });

  describe('of the delivery entrypoint', () => {
    const { activeSecretArn, ...rest } = least;
    const entrypoint = { ...rest, delivery: 'entrypoint' };

    it.each([
      ['activeSecretArn: goes with the delivery secret', { ...entrypoint, activeSecretArn }],
      [
        'activeParameterKeyArn: goes with the delivery parameter only',
        { ...entrypoint, activeParameterKeyArn: arn('k') },
      ],
      ['adopt: goes with the delivery secret only', { ...entrypoint, adopt: { slot: 'blue' } }],
      ['delivery: must be secret: this strategy has one secret', { ...entrypoint, strategy: 'single' }],
      ['readers: does not go with the delivery entrypoint', { ...entrypoint, readers: { lagSeconds: 60 } }],
    ])('%s, and says so', (fix, document) => {
      expect(problemsOf(document)).toContain(fix);
    });

    it('is read from the pointer and the key versioned of both slots, and whatever is missing is named', () => {
      const delivered = deliveredBy('tandem', parseCredentialDocument('p', JSON.stringify(entrypoint)));
      const [blue, green] = [versionedKey(arn('blue')), versionedKey(arn('green'))];
      expect(delivered.name).toBe(`/tandem/${least.credential}/pointer`);
      expect(delivered.missingFrom([delivered.name, blue, green])).toEqual([]);
      expect(
        delivered.missingFrom([
          delivered.name,
          `${arn('blue')}:url::`,
          `${arn('green')}:versioned:AWSPREVIOUS:`,
        ]),
      ).toEqual([blue, green]);
      expect(delivered.missingFrom([])).toEqual([delivered.name, blue, green]);
      expect([delivered.isNamedBy(delivered.name), delivered.isNamedBy(blue)]).toEqual([true, false]);
    });
  });
});
