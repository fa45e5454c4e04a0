/** The decisions and every branch of them: `npm run test:core`. @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config.cjs'),
  roots: ['<rootDir>/test/lambda-src/core', '<rootDir>/lambda-src/core'],
  collectCoverage: true,
  collectCoverageFrom: ['lambda-src/core/**/*.ts'],
  coverageReporters: ['text'],
  coverageThreshold: { global: { branches: 100, functions: 100, lines: 100, statements: 100 } },
};
