// What these tests take from jest, in mocha's words: Stryker lets mocha keep the tests loaded from mutant to mutant, and
// so tries ten mutants in the time in which jest would load them for one.
const { expect } = require('expect');
const { bind } = require('jest-each');
const { ModuleMocker } = require('jest-mock');

process.env.TANDEM_PROPERTY_RUNS ??= '50';

const mocker = new ModuleMocker(globalThis);
globalThis.expect = expect;
globalThis.jest = { spyOn: mocker.spyOn.bind(mocker), setTimeout: () => undefined };
globalThis.beforeAll = (work) => globalThis.before(work);
globalThis.afterAll = (work) => globalThis.after(work);

// Mocha makes its own words anew when it begins to read a file.
const words = {};
for (const word of ['describe', 'it', 'test']) {
  Object.defineProperty(globalThis, word, {
    configurable: true,
    get: () => words[word],
    set: (value) => {
      value.each = bind(value, false);
      words[word] = value;
    },
  });
}
