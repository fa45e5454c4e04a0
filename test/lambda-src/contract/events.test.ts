import {
  STEPS,
  WAKE_INPUT_PATHS,
  isRotation,
  parseRotatorEvent,
  parseWake,
  wakeTemplate,
} from '../../../lambda-src/contract/events';

const token = 'a'.repeat(32);
const rotation = { SecretId: 'arn:aws:secretsmanager:x', ClientRequestToken: token, Step: 'setSecret' };

describe('events of the rotator', () => {
  it.each(STEPS)('%s is a rotation, whatever else it carries', (Step) => {
    const event = parseRotatorEvent({ ...rotation, Step, RotationToken: 'x' });
    expect(event).toEqual({ ...rotation, Step });
    expect(isRotation(event)).toBe(true);
  });

  it.each([
    { action: 'bootstrap', credential: 'app' },
    { action: 'bootstrap', credential: 'app', tf: { action: 'delete' } },
    { action: 'verify', credential: 'app', slot: 'blue', version: token },
    { action: 'sessions', credential: 'app' },
    { action: 'sessions', credential: 'app', slot: 'green' },
    { action: 'preflight', credential: 'app' },
  ])('%j is a direct invocation', (input) => {
    const event = parseRotatorEvent(input);
    expect(event).toEqual(input);
    expect(isRotation(event)).toBe(false);
  });

  it.each([
    ['Step', { ...rotation, Step: 'hunter2' }],
    ['ClientRequestToken', { ...rotation, ClientRequestToken: 'hunter2' }],
    ['SecretId', { ...rotation, SecretId: '' }],
    ['action', { action: 'hunter2' }],
    ['slot', { action: 'verify', credential: 'app', slot: 'hunter2', version: token }],
    ['version', { action: 'verify', credential: 'app', slot: 'blue', version: 'hunter2' }],
    ['credential', { action: 'preflight', credential: 'hunter2 ' }],
    ['tf.action', { action: 'bootstrap', credential: 'app', tf: { action: 'hunter2' } }],
    ['event', null],
    ['event', 'hunter2'],
  ])('I5: names %s where it is bad (%#), never its value', (place, event) => {
    expect(() => parseRotatorEvent(event)).toThrow(place);
    expect(() => parseRotatorEvent(event)).not.toThrow(/hunter2/);
  });
});

describe('wake-up messages', () => {
  it.each(['event', 'sweep', 'request'] as const)('the template makes one of any event: %s', (cause) => {
    expect(WAKE_INPUT_PATHS).toEqual({ id: '$.id' });
    const id = '6a7e8feb-b491-4cf7-a9f1-bf3703467718';
    const body = wakeTemplate('app', cause).replace('<id>', JSON.stringify(id));
    expect(parseWake(body)).toEqual({ credential: 'app', cause, id });
  });

  it.each([
    ['wake-up message', 'hunter2'],
    ['credential', JSON.stringify({ credential: 'hunter2!', cause: 'event', id: '1' })],
    ['cause', JSON.stringify({ credential: 'app', cause: 'hunter2', id: '1' })],
    ['id', JSON.stringify({ credential: 'app', cause: 'sweep', id: '' })],
  ])('I5: names %s where it is bad, never its value', (place, body) => {
    expect(() => parseWake(body)).toThrow(place);
    expect(() => parseWake(body)).not.toThrow(/hunter2/);
  });
});
