const base = require('./jest.config.cjs');

/** The synthesis suite once more, on CDK Terrain and its bindings of AWS provider 6.x: `npm run test:cdktn`. @type {import('jest').Config} */
const installed = '<rootDir>/test/cdktn/node_modules';
module.exports = {
  ...base,
  roots: ['<rootDir>/test/stacks', '<rootDir>/test/modules', '<rootDir>/test/cdktn'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/cdktn/installed.ts',
  moduleNameMapper: {
    '^cdktf$': `${installed}/cdktn`,
    '^@cdktf/provider-aws/(.*)$': `${installed}/@cdktn/provider-aws/$1`,
    // One copy for both: an instance of one is none of the other.
    '^constructs$': `${installed}/constructs`,
  },
  testTimeout: 300_000,
};
