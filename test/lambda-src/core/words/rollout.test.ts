import type { ConsumerRecord } from '../../../../lambda-src/core/record';
import { DEADLINE, VISIBILITY, WEB, asks, moved, reverting, rolling, service } from '../examples';
import { tells, waits, written, type Case } from './words';

const API = 'main/api';
const known = (deployment: string | null, intendedAt: number | null = null): ConsumerRecord => ({
  old: ['d1'],
  intendedAt,
  deployment,
  newSince: null,
});
const noted = (...given: Parameters<typeof known>) => ({ consumers: { [WEB]: known(...given) } });
const withApi = { consumers: { [WEB]: known(null), [API]: known(null) } };
const gone = { exists: false, deployments: [], tasks: [] };
const LATE = `${WEB}: not on a completed new deployment by the deadline`;
const halted = { alarm: 'halted' };

const AFTER_THE_FLIP: readonly Case[] = [
  [
    'two failures',
    rolling(withApi),
    { now: 1_001 + DEADLINE, consumers: [service(), service({ name: API })] },
    written('6', `${LATE}; ${LATE.replace(WEB, API)}`, { alarm: 'reverted' }),
  ],
  [
    'a deployment that failed',
    rolling(noted('d2')),
    { consumers: [moved({ deployments: [{ id: 'd2', primary: true, state: 'failed', createdAt: 1_010 }] })] },
    written('6', `${WEB}: deployment d2 failed`, { alarm: 'reverted' }),
  ],
  [
    'a deployment that ECS rolled back',
    rolling(noted('d2')),
    { now: 1_001 + VISIBILITY },
    written('6', `${WEB}: ECS rolled deployment d2 back to d1`, { alarm: 'reverted' }),
  ],
  [
    'a revert that was asked for',
    rolling(),
    { request: asks('revert') },
    written('6', 'a person asked for the revert', { alarm: 'reverted' }),
  ],
  [
    'a revert that fails twice',
    reverting(withApi),
    { now: 1_001 + DEADLINE, consumers: [service(), service({ name: API })] },
    written('7', `while reverting: ${LATE}; ${LATE.replace(WEB, API)}`, halted),
  ],
  [
    'an intent',
    rolling(noted(null, 1_099)),
    {},
    waits('8', `${WEB}: a deployment was intended; waiting until it would be visible`),
  ],
  [
    'a deployment that was under way, until half of the deadline',
    rolling(),
    {
      now: 1_000 + DEADLINE / 2,
      consumers: [
        service({ deployments: [{ id: 'd1', primary: true, state: 'in-progress', createdAt: 0 }] }),
      ],
    },
    waits('8', `${WEB}: waiting for deployment d1, which was under way before the flip`),
  ],
  [
    'an intent that came to nothing',
    rolling(noted(null, 0)),
    {},
    { kind: 'force-deployment', row: '8', consumer: WEB },
  ],
  [
    'somebody else’s deployment',
    rolling(),
    { consumers: [moved()] },
    written('8', `${WEB}: deployment d2 adopted`),
  ],
  [
    'deployments under way',
    rolling({ consumers: { [WEB]: known('d2'), [API]: known('d2') } }),
    {
      consumers: [WEB, API].map((name) =>
        moved({ name, deployments: [{ id: 'd2', primary: true, state: 'in-progress', createdAt: 1_010 }] }),
      ),
    },
    waits('9', `deploying: ${WEB}, ${API}`),
  ],
  [
    'old tasks',
    rolling(noted('d2')),
    { consumers: [moved({ tasks: service().tasks.concat({ id: 't0', startedBy: 'd0', createdAt: 0 }) })] },
    waits('9', `still on the former credential: ${WEB} task t1, ${WEB} task t0`),
  ],
  [
    'old tasks that no service started',
    rolling(noted('d2')),
    {
      consumers: [moved({ tasks: service().tasks })],
      standalone: ['r1', 'r2'].map((id) => ({ id, startedBy: '', createdAt: 0 })),
    },
    waits('9', `still on the former credential: ${WEB} task t1, standalone task r1, standalone task r2`),
  ],
  [
    'services without a task, at first',
    rolling(),
    {
      now: 1_000 + VISIBILITY,
      consumers: [WEB, API].map((name) => service({ name, desiredCount: 0, tasks: [] })),
    },
    waits('9', `no old task seen; waiting until one would be visible: ${WEB}, ${API}`),
  ],
  [
    'services that are gone',
    rolling(),
    { consumers: [WEB, API].map((name) => service({ name, ...gone })) },
    written('9', `every consumer is on the new credential; not found and counted as moved: ${WEB}, ${API}`, {
      alarm: 'consumer-missing',
      evidence: 'adopted',
    }),
  ],
  [
    'the end',
    rolling(noted('d2')),
    { consumers: [moved()] },
    written('9', 'every consumer is on the new credential', { evidence: 'adopted' }),
  ],
  [
    'an end so early that a task from before the flip could be hidden still',
    rolling(noted('d2')),
    { now: 1_000 + VISIBILITY, consumers: [moved()] },
    waits('9', 'no old task seen; waiting until one would be visible'),
  ],
  [
    'the end, in which the one that was forced has moved before the margin',
    rolling(noted('d2')),
    { now: 1_001 + VISIBILITY, consumers: [moved()] },
    written('9', 'every consumer is on the new credential', { evidence: 'adopted' }),
  ],
  [
    'the end of a revert',
    reverting(noted('d2')),
    { consumers: [moved()] },
    written('9', 'every consumer is back on the previous credential', {
      alarm: 'reverted',
      evidence: 'reverted',
    }),
  ],
];

describe('after a flip, people are told, word by word,', () => tells(AFTER_THE_FLIP));
