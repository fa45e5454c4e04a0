import { randomUUID } from 'node:crypto';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Wake } from '../lambda-src/contract/events';
import { parameterName } from '../lambda-src/contract/names';
import type { Request } from '../lambda-src/contract/record';
import { wakeQueueName } from '../modules/orchestrator/names';
import { CommandError } from './exit';
import type { Installation } from './installation';
import { readTruth, type Truth } from './state';
import { waitFor } from './terminal';

/** A call that changes something, as --dry-run shows it. */
export interface Call {
  readonly call: string;
  readonly on: string;
  readonly with: Readonly<Record<string, unknown>>;
}

/** A request that may be made now, and what making it calls. */
export interface Plan {
  readonly request: Request;
  readonly calls: readonly Call[];
  /** Writes the request and wakes the orchestrator. */
  make(): Promise<void>;
}

/**
 * Plans a request.
 * @param leaving the version that it is about; left out: the active one
 * @throws CommandError where there is no record to be asked about, or another request waits: it is never written over
 */
export function planRequest(
  { prefix, clients }: Installation,
  credential: string,
  { config, record, waiting, requestVersion }: Truth,
  kind: Request['kind'],
  leaving?: string,
): Plan {
  if (record === null)
    throw new CommandError(
      `${credential} has no readable record: run bootstrap, or restore it from its history.`,
    );
  if (waiting !== null)
    throw new CommandError(
      `A request to ${waiting.kind} (${waiting.id}) still waits for an answer, and is not written over. The orchestrator looks at least every five minutes; if this one stays, see its log.`,
    );
  const request: Request = { id: randomUUID(), kind, leaving: leaving ?? record.active.version };
  const wake: Wake = { credential, cause: 'request', id: request.id };
  const parameter = parameterName(prefix, credential, 'request');
  const queue = wakeQueueName(prefix);
  // The message group of a group of credentials is called after the first of them.
  const group = [credential, ...config.groupWith].sort()[0] ?? credential;
  return {
    request,
    calls: [
      {
        call: 'ssm:PutParameter',
        on: parameter,
        with: { value: request, over: `version ${requestVersion}` },
      },
      { call: 'sqs:SendMessage', on: queue, with: { group, body: wake } },
    ],
    make: async () => {
      await clients.ssm.send(
        new PutParameterCommand({
          Name: parameter,
          Value: JSON.stringify(request),
          Type: 'String',
          Overwrite: true,
        }),
      );
      const { QueueUrl } = await clients.sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
      await clients.sqs.send(
        new SendMessageCommand({ QueueUrl, MessageGroupId: group, MessageBody: JSON.stringify(wake) }),
      );
    },
  };
}

/** Waits until the orchestrator has answered. @throws CommandError where it refused, or does not answer in time */
export async function answered(
  installation: Installation,
  credential: string,
  { id, kind }: Request,
  seconds: number,
): Promise<Truth> {
  const { truth, answer } = await waitFor(`an answer to the request to ${kind}`, seconds, async () => {
    const truth = await readTruth(installation, credential);
    const { record } = truth;
    const answer = record?.handled.find((handled) => handled.id === id)?.answer;
    return record === null || answer === undefined ? undefined : { truth: { ...truth, record }, answer };
  });
  if (answer !== 'done') {
    // Another rotation may have come first: whether there is anything left to want is seen from where it stands now.
    const { phase, active } = truth.record;
    throw new CommandError(
      `The request to ${kind} was ${answer}. ${credential} is ${phase} on ${active.slot}.`,
    );
  }
  return truth;
}

/** What --dry-run says in words. */
export function describeCalls(calls: readonly Call[], later: readonly Call[] = []): string {
  return [
    'Nothing was done. Without --dry-run it calls:',
    ...calls.map(describe),
    ...(later.length === 0 ? [] : ['The functions then do, in this order:', ...later.map(describe)]),
  ].join('\n');
}

function describe({ call, on, with: details }: Call): string {
  return `  ${call}  ${on}\n    ${JSON.stringify(details)}`;
}
