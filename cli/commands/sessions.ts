import { z } from 'zod';
import { parsedJson } from '../../lambda-src/contract/parse';
import { SLOTS, type Slot } from '../../lambda-src/core/slot';
import { tasksByAddress } from '../addresses';
import { EXIT } from '../exit';
import { oneCredential, openInstallation, type Whereabouts } from '../installation';
import { invokeRotator } from '../rotator';
import { readTruth } from '../state';
import { moment, table, type Terminal } from '../terminal';

const session = z.object({
  user: z.string(),
  endpoint: z.string(),
  pid: z.number(),
  applicationName: z.string(),
  clientAddress: z.string(),
  startedAt: z.string(),
});
const answerSchema = z.object({ blue: z.array(session).default([]), green: z.array(session).default([]) });

interface Held extends z.infer<typeof session> {
  readonly slot: Slot;
  /** The tasks that have its address; none where it is no task's in the consumers' clusters. */
  readonly tasks: readonly string[];
}

/** Who is connected as the credential's users, on every instance, and whose task that is. @returns the exit code */
export async function sessions(
  terminal: Terminal,
  where: Whereabouts,
  named: string | undefined,
): Promise<number> {
  const installation = openInstallation(where);
  const credential = await oneCredential(installation, named);
  const { config, record } = await readTruth(installation, credential);
  terminal.progress(
    `Asking the rotator who is connected as ${credential}'s users, and ECS whose tasks these are.`,
  );
  const text = await invokeRotator(installation, { action: 'sessions', credential });
  const found = parsedJson('answer of the rotator', answerSchema, text);
  const clusters = [...new Set(config.consumers.map(({ cluster }) => cluster))];
  const owners = await tasksByAddress(installation.clients.ecs, clusters);
  const held: Held[] = SLOTS.flatMap((slot) =>
    found[slot].map((one) => ({ ...one, slot, tasks: owners.get(one.clientAddress) ?? [] })),
  );
  const active = record?.active.slot ?? null;
  terminal.answer({ credential, active, sessions: held }, () =>
    held.length === 0 ? `Nobody is connected as a user of ${credential}.` : table(rowsOf(held, active)),
  );
  return EXIT.done;
}

function rowsOf(held: readonly Held[], active: Slot | null): string[][] {
  return [
    ['user', 'slot', 'application', 'address', 'task', 'on', 'pid', 'since'],
    ...held.map(({ user, slot, applicationName, clientAddress, tasks, endpoint, pid, startedAt }) => [
      user,
      slot === active ? `${slot}, active` : slot,
      applicationName === '' ? '-' : applicationName,
      clientAddress,
      tasks.length === 0 ? '-' : tasks.join(' or '),
      endpoint,
      String(pid),
      moment(Date.parse(startedAt)),
    ]),
  ];
}
