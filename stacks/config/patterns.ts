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
