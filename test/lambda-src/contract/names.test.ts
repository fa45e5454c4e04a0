import fc from 'fast-check';
import {
  CREDENTIAL_PATTERN,
  PARAMETERS,
  PREFIX_PATTERN,
  SECRETS,
  parameterName,
  secretName,
  secretPlace,
} from '../../../lambda-src/contract/names';

const prefix = fc.stringMatching(/^[A-Za-z0-9_.-]{1,8}(\/[A-Za-z0-9_.-]{1,8}){0,2}$/);
const credential = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,39}$/);
const secret = fc.constantFrom(...SECRETS);
const arnOf = (name: string, partition = 'aws') =>
  `arn:${partition}:secretsmanager:eu-west-1:123456789012:secret:${name}-AbC123`;

describe('names by convention', () => {
  it('a secret’s place is read back from its ARN, in every partition, and from its name', () => {
    const partition = fc.constantFrom('aws', 'aws-cn', 'aws-us-gov');
    fc.assert(
      fc.property(prefix, credential, secret, partition, (path, name, kind, where) => {
        const full = secretName(path, name, kind);
        const place = { credential: name, kind };
        expect(secretPlace(path, arnOf(full, where))).toEqual(place);
        expect(secretPlace(path, full)).toEqual(place);
      }),
    );
  });

  it.each([
    ['another installation’s', 'other/prod/app/blue'],
    ['one whose prefix begins like ours', 'tandem/production/app/blue'],
    ['a longer path', 'tandem/prod/team/app/blue'],
    ['another kind', 'tandem/prod/app/admin'],
    ['no kind', 'tandem/prod/app'],
    ['no credential', 'tandem/prod//blue'],
    ['the prefix alone', 'tandem/prod/'],
  ])('%s is none of ours', (_, name) => {
    expect(secretPlace('tandem/prod', arnOf(name))).toBeNull();
    expect(secretPlace('tandem/prod', name)).toBeNull();
  });

  it('an imported secret, whose name is another, is found by its ARN', () => {
    const imported = { [arnOf('shop/db-a')]: 'app/blue' };
    expect(secretPlace('tandem/prod', arnOf('shop/db-a'), imported)).toEqual({
      credential: 'app',
      kind: 'blue',
    });
    expect(secretPlace('tandem/prod', arnOf('shop/db-b'), imported)).toBeNull();
    expect(secretPlace('tandem/prod', arnOf('tandem/prod/app/green'), imported)?.kind).toBe('green');
  });

  it('parameters are told apart by prefix, credential and kind', () => {
    expect(parameterName('tandem/prod', 'app', 'record')).toBe('/tandem/prod/app/record');
    expect(new Set(PARAMETERS.map((kind) => parameterName('p', 'c', kind))).size).toBe(PARAMETERS.length);
  });

  it.each(['/tandem', 'tandem/', 'a//b', '', 'a b'])('%j is no prefix', (text) => {
    expect(PREFIX_PATTERN.test(text)).toBe(false);
  });

  it.each(['1app', '-app', 'a/b', '', 'a'.repeat(41)])('%j is no credential', (text) => {
    expect(CREDENTIAL_PATTERN.test(text)).toBe(false);
  });
});
