/** The tests of the decisions, as Stryker runs them: those of one unit are enough to kill its mutants. @type {import('jest').Config} */
process.env.TANDEM_PROPERTY_RUNS ??= '100';
module.exports = {
  ...require('../../jest.config.cjs'),
  rootDir: '../..',
  roots: ['<rootDir>/test/lambda-src/core', '<rootDir>/lambda-src/core'],
};
