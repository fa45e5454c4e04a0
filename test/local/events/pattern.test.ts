import { parsePattern } from '../../../local/events/pattern';

const event = {
  source: 'aws.ecs',
  'detail-type': 'ECS Deployment State Change',
  resources: ['arn:a', 'arn:b'],
  detail: {
    eventName: 'DONE',
    count: 7,
    flag: true,
    none: null,
    nested: { deep: ['x', ['y']] },
    list: [{ k: 1 }, { k: 2 }],
  },
};

describe('an event pattern matches', () => {
  it.each([
    ['an exact value', { source: ['aws.ecs'] }, true],
    ['any of several values', { source: ['other', 'aws.ecs'] }, true],
    ['no other value', { source: ['aws.ec'] }, false],
    ['every field that it names', { source: ['aws.ecs'], detail: { eventName: ['FAILED'] } }, false],
    ['an item of a list', { resources: ['arn:b'] }, true],
    ['an item of a nested list', { detail: { nested: { deep: ['y'] } } }, true],
    ['a field of an object in a list', { detail: { list: { k: [2] } } }, true],
    ['null', { detail: { none: [null] } }, true],
    ['true', { detail: { flag: [true] } }, true],
    ['a number, and not its text', { detail: { count: ['7'] } }, false],
    ['a prefix', { detail: { eventName: [{ prefix: 'DO' }] } }, true],
    ['a prefix in any case', { detail: { eventName: [{ prefix: { 'equals-ignore-case': 'do' } }] } }, true],
    ['no other prefix', { detail: { eventName: [{ prefix: 'ON' }] } }, false],
    ['a suffix', { detail: { eventName: [{ suffix: 'NE' }] } }, true],
    ['text in any case', { detail: { eventName: [{ 'equals-ignore-case': 'done' }] } }, true],
    ['a wildcard', { 'detail-type': [{ wildcard: 'ECS * State*' }] }, true],
    ['a wildcard over the whole text only', { 'detail-type': [{ wildcard: 'ECS' }] }, false],
    ['anything but a value', { source: [{ 'anything-but': 'aws.s3' }] }, true],
    ['not what anything-but names', { source: [{ 'anything-but': ['aws.s3', 'aws.ecs'] }] }, false],
    [
      'not what has a prefix that anything-but names',
      { source: [{ 'anything-but': { prefix: 'aws.' } }] },
      false,
    ],
    ['not what is missing by anything-but', { nothing: [{ 'anything-but': 'x' }] }, false],
    ['a number in a range', { detail: { count: [{ numeric: ['>', 5, '<=', 7] }] } }, true],
    ['no number out of a range', { detail: { count: [{ numeric: ['>', 7] }] } }, false],
    ['what exists', { detail: { eventName: [{ exists: true }] } }, true],
    ['what does not exist', { detail: { absent: [{ exists: false }] } }, true],
    [
      'what does not exist within what does not exist',
      { detail: { absent: { x: [{ exists: false }] } } },
      true,
    ],
    ['no absence of what is there', { source: [{ exists: false }] }, false],
    ['one of the alternatives of $or', { $or: [{ source: ['x'] }, { detail: { count: [7] } }] }, true],
    ['none where no alternative of $or does', { $or: [{ source: ['x'] }, { source: ['y'] }] }, false],
  ])('%s', (_sentence, pattern, expected) => {
    expect(parsePattern(JSON.stringify(pattern)).matches(event)).toBe(expected);
  });
});

describe('an event pattern is refused', () => {
  it.each([
    ['that is no JSON', '{', 'not valid JSON'],
    ['that is no object', '[]', 'must be a JSON object'],
    ['that is empty', '{}', 'Empty objects are not allowed'],
    ['with a value outside of a list', '{"source":"x"}', '"source" must be an object or an array'],
    ['with an empty list', '{"source":[]}', 'Empty arrays are not allowed at source'],
    ['with an unknown operator', '{"source":[{"like":"x"}]}', 'Unrecognized match type like'],
    ['with two operators in one object', '{"source":[{"prefix":"x","suffix":"y"}]}', 'Only one key allowed'],
    ['with a numeric operator that is none', '{"a":[{"numeric":["~",1]}]}', 'Value of numeric'],
    ['beyond 2,048 characters', JSON.stringify({ source: ['x'.repeat(2048)] }), 'should not exceed 2048'],
  ])('%s', (_sentence, text, reason) => {
    expect(() => parsePattern(text)).toThrow(reason);
  });
});
