import prettier from 'eslint-config-prettier';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const builtins = {
  group: ['node:*'],
  message: 'core decides over plain data: no I/O, no clock, no built-in module.',
};
const packages = { regex: '^[^.]', message: 'core imports no package.' };

/** Import directions: core ← ports ← adapters ← handlers; each zone lists what its files may not reach. */
const directions = [
  { target: './lambda-src/core', from: '.', except: ['./lambda-src/core'] },
  {
    target: './lambda-src/ports',
    from: '.',
    except: ['./lambda-src/ports', './lambda-src/core', './lambda-src/contract', './node_modules'],
  },
  {
    target: './lambda-src/contract',
    from: '.',
    except: ['./lambda-src/contract', './lambda-src/core', './node_modules'],
  },
  { target: './lambda-src/adapters', from: './lambda-src/rotator' },
  { target: './lambda-src/adapters', from: './lambda-src/orchestrator' },
  { target: './lambda-src/rotator', from: './lambda-src/orchestrator' },
  { target: './lambda-src/orchestrator', from: './lambda-src/rotator' },
  { target: './lambda-src', from: '.', except: ['./lambda-src', './node_modules'] },
  { target: ['./stacks', './modules'], from: './lambda-src', except: ['./contract'] },
  { target: ['./stacks', './modules'], from: ['./local', './cli', './test'] },
  { target: './modules', from: './stacks' },
  { target: './local', from: './lambda-src/core' },
  { target: './local', from: ['./cli', './test', './stacks', './modules'] },
  { target: './cli', from: './test' },
  // The command line looks at what the functions look at, with their eyes; it never does their work.
  { target: './cli', from: './lambda-src', except: ['./contract', './core', './ports', './adapters/aws'] },
];

export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      'dist/',
      'coverage/',
      'cdktf.out/',
      '.stryker-tmp/',
      // A project of its own, which is checked where the package is installed.
      'examples/library/',
      '**/*.cjs',
      '**/*.mjs',
      '**/*.d.cts',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    files: ['**/*.ts'],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver': { typescript: true, node: { extensions: ['.ts', '.js'] } } },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: directions }],
      'import-x/no-cycle': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@cdktf/provider-aws',
              message: 'The index costs 550 MB: import @cdktf/provider-aws/lib/<resource>.',
            },
          ],
        },
      ],
      eqeqeq: 'error',
    },
  },
  {
    files: ['lambda-src/core/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [builtins, packages] }],
      'no-restricted-globals': ['error', 'Date', 'process', 'fetch', 'setTimeout', 'console'],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  prettier,
);
