#!/usr/bin/env node
'use strict';
// The `tandem` command. In a clone it runs from its TypeScript sources, which need no build; the package has no sources.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
if (existsSync(join(__dirname, 'main.ts'))) fromSources();
else require('../dist/cli/main.js');

function fromSources() {
  try {
    require.resolve('tsx/cjs');
  } catch {
    console.error('The dependencies of Tandem are not installed. In a clone, run: npm ci --ignore-scripts');
    process.exit(1);
  }
  require('tsx/cjs');
  require('./main.ts');
}
