import { z } from 'zod';

/** An ARN of one service, in any partition. */
export const arnOf = (service: string) =>
  z
    .string()
    .regex(
      new RegExp(`^arn:aws(-[a-z]+)*:${service}:`),
      `must be the ARN of ${service}, for instance arn:aws:${service}:…`,
    );

export const roleArn = z
  .string()
  .regex(
    /^arn:aws(-[a-z]+)*:iam::\d{12}:role\/\S+$/,
    'must be the ARN of a role: arn:aws:iam::<account>:role/…',
  );

export const idOf = (kind: 'vpc' | 'subnet' | 'sg' | 'rtb') =>
  z.string().regex(new RegExp(`^${kind}-[0-9a-z]+$`), `must be an id such as ${kind}-0123456789abcdef0`);

const word = (what: string, pattern: RegExp, rule: string) =>
  z.string().regex(pattern, `must be ${what}: ${rule}`);

export const clusterName = word('a cluster name', /^[A-Za-z0-9_-]{1,255}$/, 'letters, digits, _ and -');
export const serviceName = word('a service name', /^[A-Za-z0-9_-]{1,255}$/, 'letters, digits, _ and -');
/** Name of a service that this installation makes. */
export const ownServiceName = word(
  'a service name',
  /^[A-Za-z][A-Za-z0-9-]{0,39}$/,
  'a letter, then letters, digits and -, at most 40 characters',
);
export const variable = word('an environment variable', /^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and _');
