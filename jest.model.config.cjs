/**
 * The model check at length: `npm run test:model`. TANDEM_MODEL_RUNS says how many stories, TANDEM_MODEL_MINUTES for how
 * long; TANDEM_MODEL_SEED and TANDEM_MODEL_PATH replay one. @type {import('jest').Config}
 */
process.env.TANDEM_MODEL_RUNS ??= '100000';
module.exports = {
  ...require('./jest.config.cjs'),
  roots: ['<rootDir>/test/model'],
  testMatch: ['**/half-*.test.ts'],
  maxWorkers: 2,
};
