import { documentIn, onlyExpression, pieces, quoted } from '../../../stacks/module/expressions';
import { generalized } from '../../../stacks/module/generalize';

describe('templates', () => {
  it('are told into texts and expressions, however deep quotes and braces go', () => {
    expect(pieces('a-${join("}", [for x in ["${y}"] : x])}-$${z}')).toEqual([
      { text: 'a-' },
      { expression: 'join("}", [for x in ["${y}"] : x])' },
      { text: '-$${z}' },
    ]);
  });

  it('that end in the middle of an expression are refused', () => {
    expect(() => pieces('${open')).toThrow('} is missing in ${open');
  });

  it('become expressions that Terraform reads as the same text', () => {
    expect(quoted('${var.x}')).toBe('var.x');
    expect(quoted('a "${var.x}" \\')).toBe('"a \\"${var.x}\\" \\\\"');
    expect(onlyExpression('${a}${b}')).toBeUndefined();
  });

  it('are documents where they are JSON, with expressions in texts and as values', () => {
    expect(documentIn('{"a":"x-${var.a}","b":${var.b},"c":"\\"${var.c}"}')).toEqual({
      a: 'x-${var.a}',
      b: '${var.b}',
      c: '"${var.c}',
    });
    expect(documentIn('{"id":<id>,"name":"${var.name}"}')).toBeUndefined();
    expect(documentIn('{"a":1}')).toBeUndefined();
  });
});

describe('a generalized value', () => {
  it('has every element of a list, beside those that are always there', () => {
    expect(generalized({ values: ['${one}', '${var.roles[*]}'] })).toEqual({
      values: '${concat([one], var.roles)}',
    });
  });

  it('has an element for each consumer', () => {
    expect(generalized({ resources: ['service/${consumer.cluster}/${consumer.service}'] })).toEqual({
      resources:
        '${distinct([for consumer in var.consumers : "service/${consumer.cluster}/${consumer.service}"])}',
    });
  });

  it('is encoded by Terraform where it is a document, so that no character of a variable breaks it', () => {
    expect(
      generalized('{"of":[{"service":"${consumer.service}"}],"exclude":"${var.exclude}","detail-type":1}'),
    ).toBe(
      '${jsonencode({ of = [for consumer in var.consumers : { service = consumer.service }], exclude = var.exclude, "detail-type" = 1 })}',
    );
  });

  it('stays as it is where nothing in it is a variable', () => {
    const plain = { a: ['x', 1, true, null], b: '{"a":1}' };
    expect(generalized(plain)).toEqual(plain);
  });
});
