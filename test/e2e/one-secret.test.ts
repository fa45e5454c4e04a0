import { arnOfSecret, describeVariant } from './variant';

/** An apply waits for minutes wherever the provider does: 25 s for a queue. */
jest.setTimeout(600_000);

describeVariant('one secret with two users in turn, applied with the real AWS provider', {
  strategy: 'alternating',
  credential: { strategy: 'alternating', schedule: { secret: { expression: 'rate(30 days)' } } },
  secrets: async (clients) => {
    const arn = await arnOfSecret(clients, 'active');
    return { blue: arn, green: arn, active: arn };
  },
});
