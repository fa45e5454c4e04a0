import {
  DELIVERIES,
  namesIt,
  namesSecret,
  pointerText,
  readsCurrent,
  readsKey,
  readsParameter,
} from '../../../lambda-src/core/delivery';

const ACTIVE = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:tandem/app/active-AbCdEf';

it('a delivery is a secret, a parameter, or a script that picks', () => {
  expect(DELIVERIES).toEqual(['secret', 'parameter', 'entrypoint']);
});

it('the pointer names the version too where a container compares it', () => {
  const target = { slot: 'green', version: 'v2' } as const;
  expect(DELIVERIES.map((delivery) => pointerText(delivery, target))).toEqual(['green', 'green', 'green v2']);
});

it.each([
  ['that key', 'arn:secret:versioned::', true],
  ['that key of AWSCURRENT', 'arn:secret:versioned:AWSCURRENT:', true],
  ['another key', 'arn:secret:url::', false],
  ['the whole value', 'arn:secret', false],
  ['that key of another version', 'arn:secret:versioned:AWSPREVIOUS:', false],
  ['that key of another secret', 'arn:secrets:versioned::', false],
])('reads one key of a secret as it is now, or does not: %s', (_what, valueFrom, reads) => {
  expect(readsKey('arn:secret', 'versioned', valueFrom)).toBe(reads);
});

describe("a task definition's valueFrom", () => {
  it.each([
    ['the bare ARN', ACTIVE],
    ['a key', `${ACTIVE}:url::`],
    ['a key, without the empty fields', `${ACTIVE}:url`],
    ['the stage AWSCURRENT by name', `${ACTIVE}:url:AWSCURRENT:`],
    ['no key', `${ACTIVE}:::`],
  ])('follows every flip with %s', (_what, valueFrom) => {
    expect(readsCurrent(ACTIVE, valueFrom)).toBe(true);
  });

  it.each([
    ['another stage', `${ACTIVE}:url:AWSPREVIOUS:`],
    ['a version', `${ACTIVE}:url::3c5a7d3e-0000-4000-8000-000000000000`],
    ['a version of the stage AWSCURRENT', `${ACTIVE}:url:AWSCURRENT:3c5a7d3e-0000-4000-8000-000000000000`],
    ['another secret', ACTIVE.replace('active', 'blue')],
    ['a secret whose ARN goes on', `${ACTIVE}2:url::`],
    ['nothing', ''],
  ])('does not follow a flip with %s', (_what, valueFrom) => {
    expect(readsCurrent(ACTIVE, valueFrom)).toBe(false);
  });
});

describe('a value names a secret', () => {
  const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:active-AbCdEf';

  it.each([arn, `${arn}:url::`, `${arn}::AWSPREVIOUS:`])(
    'that is its ARN, or goes on after it: %s',
    (value) => {
      expect(namesSecret(arn, value)).toBe(true);
    },
  );

  it('not where another secret’s ARN only begins like it', () => {
    expect(namesSecret(arn, `${arn}2`)).toBe(false);
  });
});

describe("a task definition's valueFrom of a parameter", () => {
  const NAME = '/tandem/app/active';
  const ARN = `arn:aws:ssm:eu-central-1:123456789012:parameter${NAME}`;

  it.each([
    ['its name', NAME],
    ['its ARN', ARN],
  ])('follows every flip with %s', (_what, valueFrom) => {
    expect(readsParameter(NAME, valueFrom)).toBe(true);
  });

  it.each([
    ['a version of it', `${ARN}:3`],
    ['a parameter whose name goes on', `${ARN}2`],
    ['a parameter whose name ends so', `arn:aws:ssm:eu-central-1:123456789012:parameter/other${NAME}`],
    ['a name that ends so', `x:parameter${NAME}`],
    ['another parameter', '/tandem/app/pointer'],
    ['nothing', ''],
  ])('does not follow a flip with %s', (_what, valueFrom) => {
    expect(readsParameter(NAME, valueFrom)).toBe(false);
  });

  it.each([NAME, ARN, `${ARN}:3`])('is a reader of it, at whatever version: %s', (valueFrom) => {
    expect(namesIt(NAME, valueFrom)).toBe(true);
  });

  it('is no reader of it, whose own is another, or a secret', () => {
    expect([namesIt(NAME, `${ARN}2`), namesIt(NAME, ACTIVE), namesIt(ACTIVE, ARN)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(namesIt(ACTIVE, `${ACTIVE}:url::`)).toBe(true);
  });
});
