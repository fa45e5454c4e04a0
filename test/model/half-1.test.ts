import { declareHalf } from './keeps';

describe('the model, first half', () => declareHalf(0));
