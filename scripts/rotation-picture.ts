import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runDrill } from '../local/drill/drill';
import { createOutput } from '../local/drill/output';
import { PLAIN_ROLLOUT } from '../local/drill/rollout-options';
import { drawing } from '../local/drill/timeline/drawing';
import { excerptOf } from '../local/drill/timeline/excerpt';
import { BIN_MS, type Timeline } from '../local/drill/timeline/model';

const DOCS = path.join(__dirname, '..', 'docs');

/** What was recorded in a drill, and the picture of it. */
export const DATA = path.join(DOCS, 'rotation.json');
export const PICTURE = path.join(DOCS, 'rotation.svg');

/** Before the rotation, and after it has settled. */
const LEAD_MS = 400;
const TAIL_MS = 200;

export function recordedRotation(): Timeline {
  return JSON.parse(readFileSync(DATA, 'utf8')) as Timeline;
}

/** The first rotation of a drill, from a moment before it until a moment after it has settled. */
async function record(): Promise<Timeline> {
  const kept: { timeline?: Timeline } = {};
  const options = { rotations: 1, services: 2, tasks: 2, postgres: '17', adopt: false, soak: false } as const;
  const none = { compromised: false, json: null, report: null, faults: null };
  const { ok } = await runDrill(
    { ...options, ...none, ...PLAIN_ROLLOUT, strategy: 'dual-user', delivery: 'secret', compare: false },
    createOutput(2, () => Date.now()),
    new AbortController().signal,
    (timeline) => (kept.timeline = timeline),
  );
  const { timeline } = kept;
  const rotation = timeline?.rotations[0];
  const settled = timeline?.phases.find(
    ({ at, phase }) => phase === 'settled' && at > (rotation?.until ?? 0),
  );
  if (!ok || timeline === undefined || rotation === undefined || settled === undefined)
    throw new Error('The drill did not come to a rotation that settled.');
  const from = Math.floor((rotation.from - LEAD_MS) / BIN_MS) * BIN_MS;
  return excerptOf(timeline, { from, until: Math.min(settled.at + TAIL_MS, timeline.durationMs) });
}

/** Draws docs/rotation.svg from docs/rotation.json; with --record, after recording it anew. */
async function main(): Promise<void> {
  if (process.argv.includes('--record')) writeFileSync(DATA, `${JSON.stringify(await record())}\n`);
  writeFileSync(PICTURE, drawing(recordedRotation()));
}

if (require.main === module)
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
