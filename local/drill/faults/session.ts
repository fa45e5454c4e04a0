import { Client } from 'pg';
import { DATABASE, USERS } from '../installation/model';
import { labelsOf } from '../passwords';
import { startRotation } from '../rotate';
import type { Stage } from '../stage';
import type { Incident } from './model';
import { refusalSince, refusals } from './refusals';
import { seeThrough, standbyOf, type SlotName } from './rotation';

export const openSession: Incident = {
  kind: 'incident',
  name: 'open-session',
  description: 'a session left open as the standby: refused, named, not ended; then closed',
  async play({ stage }) {
    const slot = await standbyOf(stage);
    const session = await connectAs(stage, slot);
    try {
      const mark = refusals(stage).length;
      const at = Date.now();
      const token = await startRotation(stage, slot);
      const message = await refusalSince(stage, mark, 'application_name psql, from 127.0.0.1');
      await session.query('SELECT 1');
      await session.end();
      const seen = await seeThrough(stage, slot, token);
      return { at, injected: `psql left open as ${USERS[slot]}`, answered: `"${message}"; closed: ${seen}` };
    } finally {
      await session.end();
    }
  },
};

/** A session that stays open, as psql would leave it. */
export async function connectAs(stage: Stage, slot: SlotName): Promise<Client> {
  const labels = Object.entries(await labelsOf(stage, slot));
  const versionId = labels.find(([, some]) => some.includes('AWSCURRENT'))?.[0] ?? '';
  const value = stage.system.secrets.readValue(stage.installation.secrets[slot], { versionId });
  const { password } = JSON.parse(value.kind === 'string' ? value.text : '{}') as {
    readonly password: string;
  };
  const { port, caPem } = stage.system.postgres;
  const client = new Client({
    host: 'localhost',
    port,
    database: DATABASE,
    user: USERS[slot],
    password,
    ssl: { ca: caPem },
    application_name: 'psql',
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
