import { InvokeCommand } from '@aws-sdk/client-lambda';
import { randomUUID } from 'node:crypto';
import { CREDENTIAL, ROTATOR, USERS } from '../installation/model';
import { writeParameter } from '../parameters';
import { readRecord } from '../record';
import { startRotation } from '../rotate';
import type { Stage } from '../stage';
import { DrillError, until } from '../wait';
import { CONVERGENCE_MS } from './converged';
import { stepOf } from './kills';
import type { Incident, Scene } from './model';
import { seeThrough, standbyOf } from './rotation';

/** AWS calls that setSecret makes: the last one under the lock, just before it alters. */
const CALLS_OF_SET = 3;

export const postgresRestart: Incident = {
  kind: 'incident',
  name: 'postgres-restart',
  description: 'PostgreSQL restarted in the middle of setSecret',
  async play(scene) {
    const { stage, random } = scene;
    const nth = 1 + random.below(CALLS_OF_SET);
    const restart = armRestart(scene, nth);
    try {
      const slot = await standbyOf(stage);
      const token = await startRotation(stage, slot);
      const { at, done } = await until('the restart', stage.signal, restart.hit);
      const ms = await done;
      const injected = `PostgreSQL restarted within setSecret, at its call no. ${nth}; down for ${ms} ms`;
      return { at, injected, answered: await seeThrough(stage, slot, token) };
    } finally {
      restart.disarm();
    }
  },
};

function armRestart({ stage, board, outages }: Scene, nth: number) {
  let calls = 0;
  let hit: { readonly at: number; readonly done: Promise<number> } | undefined;
  const disarm = board.onCall((_call, invocation) => {
    if (hit !== undefined || invocation === undefined || stepOf(invocation.payload) !== 'setSecret')
      return undefined;
    calls += 1;
    if (calls < nth) return undefined;
    const at = Date.now();
    const end = outages.begin('down', at);
    const done = stage.system.postgres.restart().then(() => {
      end(Date.now());
      return Date.now() - at;
    });
    hit = { at, done };
    return undefined;
  });
  return { disarm, hit: () => hit };
}

/** The state of an older time is kept as each user's verifier then, and given back by ALTER ROLE. */
export const databaseRestored: Incident = {
  kind: 'incident',
  name: 'database-restored',
  description: 'both users given back the verifiers of an older time: halted, reasserted, resumed',
  async play({ stage, outages }) {
    const older = await verifiers(stage);
    const slot = await standbyOf(stage);
    await seeThrough(stage, slot, await startRotation(stage, slot));
    const { active } = await readRecord(stage);
    const at = Date.now();
    const end = outages.begin('restored', at);
    await giveBack(stage, older);
    const reason = await untilHalted(stage);
    await reassert(stage, active);
    end(Date.now());
    await resume(stage, active.version);
    return {
      at,
      injected: 'both users given back their verifiers of before the last rotation, by ALTER ROLE',
      answered: `halted (${reason.split(' (')[0] ?? ''}); after reassert and resume settled on ${active.slot}`,
    };
  },
};

interface Verifier {
  readonly rolname: string;
  readonly rolpassword: string;
}

async function verifiers({ system }: Stage): Promise<readonly Verifier[]> {
  const users = Object.values(USERS);
  return await system.postgres.query<{ rolname: string; rolpassword: string }>(
    'SELECT rolname, rolpassword FROM pg_authid WHERE rolname = ANY($1)',
    [users],
  );
}

async function giveBack({ system }: Stage, older: readonly Verifier[]): Promise<void> {
  for (const { rolname, rolpassword } of older)
    await system.postgres.queryUnlogged(`ALTER ROLE ${rolname} PASSWORD '${rolpassword}'`);
}

async function untilHalted(stage: Stage): Promise<string> {
  return await until(
    'the sweep to find that the active credential is refused',
    stage.signal,
    async () => {
      const { phase, reason } = await readRecord(stage);
      return phase === 'halted' ? (reason ?? '') : undefined;
    },
    { deadlineMs: CONVERGENCE_MS },
  );
}

/** What a person does then (docs/restore.md); tried again where weather is in the way. */
async function reassert(
  { clients, signal }: Stage,
  active: { readonly slot: string; readonly version: string },
): Promise<void> {
  const event = { action: 'reassert', credential: CREDENTIAL, ...active };
  let answered = '';
  await until(
    'reassert to be accepted',
    signal,
    async () => {
      const answer = await clients.lambda.send(
        new InvokeCommand({ FunctionName: ROTATOR, Payload: JSON.stringify(event) }),
      );
      answered = Buffer.from(answer.Payload ?? []).toString('utf8');
      return answered.includes('"result":"accepted"') ? true : undefined;
    },
    { everyMs: 500, explain: () => answered },
  );
}

async function resume(stage: Stage, leaving: string): Promise<void> {
  const id = randomUUID();
  await writeParameter(stage, 'request', JSON.stringify({ id, kind: 'resume', leaving }));
  await until(
    'the resume to be answered',
    stage.signal,
    async () => {
      const { handled } = await readRecord(stage);
      const found = handled.find((request) => request.id === id);
      if (found !== undefined && found.answer !== 'done')
        throw new DrillError(`The resume was ${found.answer}.`);
      return found;
    },
    { deadlineMs: CONVERGENCE_MS },
  );
}
