import type * as Parsers from './parsers';
import { declareHalf } from './keeps';

jest.mock('../../lambda-src/contract/record', () => jest.requireActual<typeof Parsers>('./parsers').record());
jest.mock('../../lambda-src/contract/config-document', () =>
  jest.requireActual<typeof Parsers>('./parsers').document(),
);

describe('the model, first half', () => declareHalf(0));
