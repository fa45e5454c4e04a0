import { arnOfSecret, describeVariant, preflightSays } from './variant';

/** An apply waits for minutes wherever the provider does: 25 s for a queue. */
jest.setTimeout(600_000);

describeVariant(
  'one secret with two users in turn, read as a URL and as separate keys, applied with the real AWS provider',
  {
    strategy: 'alternating',
    credential: { strategy: 'alternating', schedule: { secret: { expression: 'rate(30 days)' } } },
    separateKeys: true,
    secrets: async (clients) => {
      const arn = await arnOfSecret(clients, 'active');
      return { blue: arn, green: arn, active: arn };
    },
  },
  {
    after: (applied) => {
      it('preflight finds nothing wrong with it, and warns of the service that reads separate keys', async () => {
        const said = await preflightSays(applied().stage);
        expect(said.filter((line) => line.includes('reads single keys'))).toEqual([
          expect.stringMatching(/^consumer .*keys: /),
        ]);
      });
    },
  },
);
