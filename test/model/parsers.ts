import { rememberingSeamOf } from './seams';

/** For `jest.mock`: the parsers of the record's and the configuration's texts, which parse no text twice. */

export function record(): object {
  return rememberingSeamOf('../../lambda-src/contract/record', ['parseRecord', 'parseRequest']);
}

export function document(): object {
  return rememberingSeamOf('../../lambda-src/contract/config-document', ['parseCredentialDocument']);
}
