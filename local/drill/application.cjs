'use strict';
// The drill's application: it stands for every program that reads DATABASE_URL once, when its container starts, or
// PGUSER, PGPASSWORD and PGHOST, as PostgreSQL's own clients do.
// It opens a new connection over and over, since only a new connection shows whether its password still works,
// writes and reads a table of the owner role, and reports each attempt as one line of JSON.
// It migrates its schema when it starts, as many programs do; who comes first makes the table.
// Every other variable that ends in _DATABASE_URL is a database that it uses as well.
// With READS_SECRET it stands for a program that fetches its credential itself, through a cache, and never restarts.
const { existsSync } = require('node:fs');
const { Client } = require('pg');

const MIGRATION = `
  SELECT pg_advisory_xact_lock(hashtext('migration'));
  CREATE TABLE IF NOT EXISTS attempts (
    at timestamptz NOT NULL DEFAULT now(), service text NOT NULL, noted_by text NOT NULL DEFAULT session_user
  );`;

const everyMs = Number(process.env.ATTEMPT_EVERY_MS ?? 10);
const secret = process.env.READS_SECRET;
const atStart = process.env.DATABASE_URL;
if ((secret ?? atStart ?? process.env.PGUSER) === undefined) {
  process.stderr.write('DATABASE_URL is not set, and PGUSER neither\n');
  process.exit(1);
}

const others = Object.entries(process.env).filter(([name]) => name.endsWith('_DATABASE_URL'));
const urls = [secret === undefined ? () => atStart : throughCache(), ...others.map(constant)];

function constant([, url]) {
  return () => url;
}

function throughCache() {
  const { cachedValue } = require('./cached-value.cjs');
  const valueNow = cachedValue(secret, Number(process.env.CACHE_MS));
  return async () => (await valueNow()).url;
}

let stopping = false;
const migrated = new Set();
// Where this file exists the application ignores SIGTERM, as many a program without a handler of its own seems to.
const deafFile = process.env.DEAF_FILE;
process.on('SIGTERM', () => {
  if (deafFile === undefined || !existsSync(deafFile)) stopping = true;
});

async function attempt(urlNow) {
  const startedAt = Date.now();
  let client;
  try {
    client = new Client({
      connectionString: await urlNow(),
      application_name: process.env.SERVICE_NAME ?? 'application',
      connectionTimeoutMillis: 5_000,
    });
    // Without a listener a connection lost between two statements would end the process.
    client.on('error', () => undefined);
    await client.connect();
    if (!migrated.has(urlNow)) {
      // Several statements in one query are one transaction: the lock lasts until the table is there.
      await client.query(MIGRATION);
      migrated.add(urlNow);
    }
    const { rows } = await client.query(
      'WITH noted AS (INSERT INTO attempts (service) VALUES ($1) RETURNING noted_by) SELECT noted_by AS user FROM noted',
      [process.env.SERVICE_NAME ?? 'application'],
    );
    await client.query('SELECT at FROM attempts LIMIT 1');
    return { at: startedAt, ok: true, user: rows[0].user, ms: Date.now() - startedAt };
  } catch (error) {
    return {
      at: startedAt,
      ok: false,
      code: error.code ?? null,
      error: error.message,
      ms: Date.now() - startedAt,
    };
  } finally {
    await client?.end().catch(() => undefined);
  }
}

async function main() {
  while (!stopping) {
    for (const url of urls) process.stdout.write(`${JSON.stringify(await attempt(url))}\n`);
    await new Promise((done) => setTimeout(done, everyMs));
  }
}

void main();
