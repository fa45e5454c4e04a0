import { databaseName, literals, resourceName } from '../../modules/shared/naming';

describe('names', () => {
  it('join prefix and parts without slashes', () => {
    expect(resourceName('tandem/prod', ['app', 'sweep'])).toBe('tandem-prod-app-sweep');
  });

  it('that would be too long are cut to the limit, stay different, and stay the same', () => {
    const one = resourceName('tandem/prod', ['a'.repeat(70), 'one']);
    const two = resourceName('tandem/prod', ['a'.repeat(70), 'two']);
    expect(one).toHaveLength(64);
    expect(one).not.toBe(two);
    expect(one).toBe(resourceName('tandem/prod', ['a'.repeat(70), 'one']));
  });

  it('of databases have no capitals and no two hyphens in a row', () => {
    expect(databaseName('Tandem/-Prod', ['database'])).toBe('tandem-prod-database');
  });
});

describe('literal text', () => {
  it('keeps Terraform from reading an expression in it, however deep it lies', () => {
    expect(literals({ a: ['${x}', { b: '%{if}' }], n: 1, u: undefined })).toEqual({
      a: ['$${x}', { b: '%%{if}' }],
      n: 1,
      u: undefined,
    });
  });
});
