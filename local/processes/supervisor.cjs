'use strict';
// Outlives the process that started it. Its standard input is a pipe whose other end only that process
// holds: when it closes, for whatever reason, everything in the journal that was not released is ended.
// Arguments: the journal file, and the directory that holds it.
const { lstatSync, readFileSync, rmSync } = require('node:fs');
const { identityOf } = require('./process-identity.cjs');

const [, , journalFile, journalDirectory] = process.argv;
const GRACE_MS = 1000;
const DEADLINE_MS = 3500;
const POLL_MS = 25;

function readJournal() {
  const kept = new Map();
  const directories = new Map();
  for (const line of readFileSync(journalFile, 'utf8').split('\n')) {
    let entry;
    try {
      entry = JSON.parse(line);
    } catch {
      continue; // the last line of a parent that died while it wrote
    }
    if (entry.op === 'keep') kept.set(entry.pid, entry);
    else if (entry.op === 'release') kept.delete(entry.pid);
    else if (entry.op === 'directory') directories.set(entry.path, entry);
    else if (entry.op === 'forget-directory') directories.delete(entry.path);
  }
  return { kept: [...kept.values()], directories: [...directories.values()] };
}

function isSame(entry) {
  return entry.identity !== undefined && identityOf(entry.pid) === entry.identity;
}

function groupLives(entry) {
  if (!entry.leader) return false;
  try {
    process.kill(-entry.pid, 0);
  } catch {
    return false;
  }
  // A group keeps its number from being used again, so a group without its leader is still the one that
  // was kept; a group whose leader is another process is not.
  const leader = identityOf(entry.pid);
  return leader === undefined || leader === entry.identity;
}

function send(entry, signal) {
  try {
    if (groupLives(entry)) process.kill(-entry.pid, signal);
    else if (isSame(entry)) process.kill(entry.pid, signal);
  } catch {
    // gone in the meantime
  }
}

function removeDirectory(entry) {
  try {
    const found = lstatSync(entry.path, { bigint: true });
    // Only the directory that was registered: not a link, not another one that took its name.
    if (!found.isDirectory() || String(found.ino) !== entry.ino || String(found.dev) !== entry.dev) return;
    rmSync(entry.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  } catch {
    // gone in the meantime, or not ours to remove
  }
}

function endEverything() {
  const { kept, directories } = readJournal();
  const startedAt = Date.now();
  for (const entry of kept) send(entry, entry.signal);
  const unreaped = new Set();
  const look = () => {
    const elapsed = Date.now() - startedAt;
    // A member that nobody reaps keeps its group answering: after SIGKILL such a group is left alone.
    const alive = kept.filter((entry) => isSame(entry) || (groupLives(entry) && !unreaped.has(entry)));
    if (alive.length > 0 && elapsed < DEADLINE_MS) {
      if (elapsed >= GRACE_MS) {
        for (const entry of alive) {
          send(entry, 'SIGKILL');
          if (elapsed >= GRACE_MS + 500) unreaped.add(entry);
        }
      }
      setTimeout(look, POLL_MS);
      return;
    }
    for (const entry of directories) removeDirectory(entry);
    rmSync(journalDirectory, { recursive: true, force: true });
    process.exit(0);
  };
  look();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
let ended = false;
const onEnd = () => {
  if (ended) return;
  ended = true;
  endEverything();
};
process.stdin.on('end', onEnd).on('close', onEnd).on('error', onEnd);
process.stdin.resume();
