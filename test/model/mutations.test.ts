import { runApart } from './bundle';
import type { Mutant } from './mutant';
import { MUTATIONS, ONE_SECRET } from './mutations';
import { OF_DELIVERY } from './delivery-mutations';
import type { Found } from './stories';

/** Far more than any of them takes; what the check of the model itself plays. */
const BUDGET = 100_000;

const seed = Number(process.env['TANDEM_MODEL_SEED'] ?? 5);

describe('the model finds a protocol without', () => {
  it.each([...Object.keys(MUTATIONS), ...Object.keys(ONE_SECRET), ...Object.keys(OF_DELIVERY)])(
    '%s',
    async (name) => {
      const strategy = ONE_SECRET[name]?.[0] ?? 'dual-user';
      const delivery = OF_DELIVERY[name]?.[0] ?? 'secret';
      const mutant: Mutant = { strategy, delivery, name, runs: BUDGET, seed };
      const { runs, violation } = JSON.parse(
        await runApart('mutant', [JSON.stringify(mutant)], true),
      ) as Found;
      expect({ name, found: violation !== null }).toEqual({ name, found: true });
      if (process.env['TANDEM_MODEL_VERBOSE'] !== undefined)
        process.stdout.write(`${name}: after ${runs} stories: ${violation?.split('\n')[0] ?? ''}\n`);
    },
    600_000,
  );
});
