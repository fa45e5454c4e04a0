import { declareHalf } from './keeps';

describe('the model, second half', () => declareHalf(1));
