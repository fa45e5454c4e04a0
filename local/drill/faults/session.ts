import { connectAs, passwordOf } from '../connect';
import { USERS } from '../installation/model';
import { startRotation } from '../rotate';
import type { Incident } from './model';
import { refusalSince, refusals } from './refusals';
import { seeThrough, standbyOf } from './rotation';

export const openSession: Incident = {
  kind: 'incident',
  name: 'open-session',
  description: 'a session left open as the standby: refused, named, not ended; then closed',
  async play({ stage }) {
    // With one secret, a user has no password before its first rotation.
    const first = await standbyOf(stage);
    if (stage.strategy === 'alternating') await seeThrough(stage, first, await startRotation(stage, first));
    const slot = await standbyOf(stage);
    const session = await connectAs(stage, slot, await passwordOf(stage, slot), 'psql');
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
