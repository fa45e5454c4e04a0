'use strict';
// Plain CommonJS, because the supervisor runs it in a bare Node process without a TypeScript loader.
const { execFileSync } = require('node:child_process');
const { readFileSync } = require('node:fs');

function fromProc(pid) {
  // The command in the second field may hold spaces and parentheses: fields are counted from the last ')'.
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  if (state === 'Z' || state === 'X') return undefined;
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return `${bootId}:${fields[19]}`;
}

function fromPs(pid) {
  const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  return text === '' || text.startsWith('Z') ? undefined : text.replace(/^\S+\s+/, '');
}

function answersSignals(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function identityOf(pid) {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (process.platform === 'win32') return answersSignals(pid) ? 'alive' : undefined;
  try {
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  } catch {
    return undefined;
  }
}

module.exports = { identityOf };
