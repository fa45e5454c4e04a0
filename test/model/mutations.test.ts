import { MUTATIONS, type Actual } from './mutations';
import type * as Parsers from './parsers';
import type * as Seams from './seams';
import { restore } from './seams';
import { search } from './stories';

jest.mock('../../lambda-src/core/guard', () =>
  jest.requireActual<typeof Seams>('./seams').seamOf('../../lambda-src/core/guard'),
);
jest.mock('../../lambda-src/core/record', () =>
  jest.requireActual<typeof Seams>('./seams').seamOf('../../lambda-src/core/record'),
);
jest.mock('../../lambda-src/core/deployments', () =>
  jest.requireActual<typeof Seams>('./seams').seamOf('../../lambda-src/core/deployments'),
);
jest.mock('../../lambda-src/core/rows/flip', () =>
  jest.requireActual<typeof Seams>('./seams').seamOf('../../lambda-src/core/rows/flip'),
);
jest.mock('../../lambda-src/core/rows/rollout', () =>
  jest.requireActual<typeof Seams>('./seams').seamOf('../../lambda-src/core/rows/rollout'),
);
jest.mock('../../lambda-src/core/rows/settled', () =>
  jest.requireActual<typeof Seams>('./seams').seamOf('../../lambda-src/core/rows/settled'),
);
jest.mock('../../lambda-src/contract/record', () => jest.requireActual<typeof Parsers>('./parsers').record());
jest.mock('../../lambda-src/contract/config-document', () =>
  jest.requireActual<typeof Parsers>('./parsers').document(),
);

const actual: Actual = {
  ...jest.requireActual<Pick<Actual, 'guardCreate'>>('../../lambda-src/core/guard'),
  ...jest.requireActual<Pick<Actual, 'viewOf' | 'failureOf'>>('../../lambda-src/core/deployments'),
  ...jest.requireActual<Pick<Actual, 'flipUnfinished'>>('../../lambda-src/core/rows/flip'),
  ...jest.requireActual<Pick<Actual, 'rolloutFailed' | 'consumerNotMoving'>>(
    '../../lambda-src/core/rows/rollout',
  ),
};

/** Far more than any of them takes; what the check of the model itself plays. */
const BUDGET = 100_000;

const seed = Number(process.env['TANDEM_MODEL_SEED'] ?? 5);

describe('the model finds a protocol without', () => {
  afterEach(() => {
    restore();
  });

  it.each(Object.entries(MUTATIONS))(
    '%s',
    async (name, mutate) => {
      mutate(actual);
      const { runs, violation } = await search({ runs: BUDGET, seed, shrink: false });
      expect({ name, found: violation !== null }).toEqual({ name, found: true });
      if (process.env['TANDEM_MODEL_VERBOSE'] !== undefined)
        process.stdout.write(`${name}: after ${runs} stories: ${violation?.split('\n')[0] ?? ''}\n`);
    },
    600_000,
  );
});
