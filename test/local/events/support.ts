import type { PutRuleRequest, Target } from '@aws-sdk/client-eventbridge';
import { createEventBridge, type Delivery } from '../../../local/events/events';

export const place = { accountId: '123456789012', region: 'eu-west-1', partition: 'aws' };
export const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
export const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:q.fifo';
export const DEAD = 'arn:aws:sqs:eu-west-1:123456789012:dead';

/** Time that passes when a test says so; what is due runs in order. */
function manualTime() {
  let now = Date.parse('2026-01-01T00:00:00Z');
  let due: { at: number; run: () => void }[] = [];
  return {
    clock: { now: () => now },
    timers: {
      after: (ms: number, run: () => void) => {
        const timer = { at: now + ms, run };
        due.push(timer);
        return () => void (due = due.filter((other) => other !== timer));
      },
    },
    pass: (ms: number) => {
      const end = now + ms;
      for (;;) {
        const next = due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        due = due.filter((other) => other !== next);
        now = Math.max(now, next.at);
        next.run();
      }
      now = end;
    },
  };
}

export function start(settings: { rateEveryMs?: number } = {}) {
  const time = manualTime();
  const invoked: unknown[] = [];
  const sent: { queueArn: string; body: string; groupId?: string }[] = [];
  const log: string[] = [];
  const faults = { queue: undefined as Error | undefined, allowed: true, fate: 'deliver' as Delivery };
  let ids = 0;
  const bridge = createEventBridge({
    place,
    ...time,
    newId: () => `id-${(ids += 1)}`,
    functions: {
      mayInvoke: (arn, principal, source) =>
        faults.allowed &&
        arn === FUNCTION &&
        principal === 'events.amazonaws.com' &&
        source?.includes(':rule/') === true,
      invoke: () => Promise.reject(new Error('targets are invoked asynchronously')),
      invokeAsync: (_arn, payload) => void invoked.push(JSON.parse(payload)),
    },
    queues: {
      send: (queueArn, body, groupId) => {
        if (faults.queue !== undefined && queueArn !== DEAD) throw faults.queue;
        sent.push({ queueArn, body, ...(groupId === undefined ? {} : { groupId }) });
      },
    },
    log: (line) => log.push(line),
    deliveryFilter: () => faults.fate,
    settings,
  });
  return { bridge, invoked, sent, log, faults, ...time };
}

type Setup = ReturnType<typeof start>;
export const handle = ({ bridge }: Setup, operation: string, input: object) =>
  bridge.handle({ operation, input: input as Record<string, unknown>, caller: { accessKeyId: 'test' } });

export async function rule(setup: Setup, more: Partial<PutRuleRequest>, ...targets: Target[]) {
  await handle(setup, 'PutRule', { Name: 'r', ...more });
  await handle(setup, 'PutTargets', { Rule: 'r', Targets: targets });
}
export const emit = ({ bridge }: Setup, detail: Record<string, unknown> = { a: 1 }) =>
  bridge.emit({ source: 'aws.ecs', detailType: 'T', resources: ['arn:s'], detail });
export const onEcs = { EventPattern: '{"source":["aws.ecs"]}' };
