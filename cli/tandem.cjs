#!/usr/bin/env node
'use strict';
// The `tandem` command. It runs from its TypeScript sources, so that a clone needs no build.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
try {
  require.resolve('tsx/cjs');
} catch {
  console.error('The dependencies of Tandem are not installed. In a clone, run: npm ci --ignore-scripts');
  process.exit(1);
}
require('tsx/cjs');
require('./main.ts');
