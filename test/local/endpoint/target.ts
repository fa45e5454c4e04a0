import { randomUUID } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { createCallLog, type CallLog } from '../../../local/endpoint/call-log';
import type { CallFaults } from '../../../local/endpoint/faults';
import { startEndpoint, type Endpoint } from '../../../local/endpoint/server';
import type { BusEvent, FunctionInvoker, InvocationResult, Timers } from '../../../local/endpoint/seams';
import { createSecretsManager, type SecretsManager } from '../../../local/secretsmanager/service';
import { createSsm, type Ssm } from '../../../local/ssm/service';
import { createSts } from '../../../local/sts/service';

export const PLACE = { accountId: '123456789012', region: 'eu-central-1', partition: 'aws' };
export const FUNCTION_ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:rotator';
export const CREDENTIALS = { accessKeyId: 'AKIDCONTRACT', secretAccessKey: 'unused' };

/** Headers of a call signed for a service, as far as the endpoint reads a signature. */
export function signed(service: string): Record<string, string> {
  const scope = `AKIDX/20260110/${PLACE.region}/${service}/aws4_request`;
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    'content-type': 'application/x-amz-json-1.1',
  };
}

/** The payload of a rotation step. */
export interface StepPayload {
  readonly SecretId: string;
  readonly ClientRequestToken: string;
  readonly Step: string;
  readonly RotationToken: string;
}

/** A time that only moves when a test says so, and timers that follow it. */
export class ManualTime implements Timers {
  private pending: { at: number; run: () => void }[] = [];

  constructor(private time = Date.UTC(2026, 0, 10, 12)) {}

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.time + ms, run };
    this.pending.push(timer);
    return () => {
      this.pending = this.pending.filter((other) => other !== timer);
    };
  }

  get waiting(): number {
    return this.pending.length;
  }

  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const due = this.pending.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.pending = this.pending.filter((other) => other !== due);
      this.time = Math.max(this.time, due.at);
      due.run();
    }
    this.time = end;
  }
}

/** Rotation functions that run in this process. */
export class FakeFunctions implements FunctionInvoker {
  readonly steps: StepPayload[] = [];
  permitted = true;
  /** What a step does; a text it returns is answered as the function's error. */
  onStep: (payload: StepPayload) => Promise<string | undefined> = () => Promise.resolve(undefined);

  mayInvoke(_arn: string, principal: string): boolean {
    return this.permitted && principal === 'secretsmanager.amazonaws.com';
  }

  async invoke(_arn: string, payload: string): Promise<InvocationResult> {
    const step = JSON.parse(payload) as StepPayload;
    this.steps.push(step);
    const errorMessage = await this.onStep(step);
    if (errorMessage === undefined) return { payload: 'null' };
    return { payload: JSON.stringify({ errorMessage }), functionError: 'Unhandled' };
  }

  invokeAsync(): void {
    throw new Error('Secrets Manager invokes and waits');
  }
}

/** Where a contract suite runs: an endpoint, clients for it, and a view of what only the local one shows. */
export interface Target {
  readonly endpoint: Endpoint;
  readonly secrets: SecretsManagerClient;
  readonly ssm: SSMClient;
  readonly time: ManualTime;
  readonly functions: FakeFunctions;
  readonly events: BusEvent[];
  readonly logs: string[];
  readonly callLog: CallLog;
  readonly services: { secretsManager: SecretsManager; ssm: Ssm };
  close(): Promise<void>;
}

export async function startTarget(
  rotation: { retries: number } = { retries: 0 },
  faults?: CallFaults,
): Promise<Target> {
  const time = new ManualTime();
  const functions = new FakeFunctions();
  const events: BusEvent[] = [];
  const sink = { emit: (event: BusEvent) => events.push(event) };
  const logs: string[] = [];
  const callLog = createCallLog();
  const secretsManager = createSecretsManager({
    place: PLACE,
    clock: time,
    timers: time,
    newId: randomUUID,
    events: sink,
    functions,
    log: (message) => logs.push(message),
    rotation,
    callLog,
  });
  const ssm = createSsm({ place: PLACE, clock: time, events: sink });
  const endpoint = await startEndpoint({
    services: { secretsmanager: secretsManager, ssm },
    rawServices: { sts: createSts({ place: PLACE, newId: randomUUID }) },
    place: PLACE,
    clock: time,
    callLog,
    ...(faults === undefined ? {} : { faults }),
    log: (message, error) => logs.push(`${message}: ${String(error)}`),
  });
  const client = { endpoint: endpoint.url, region: PLACE.region, credentials: CREDENTIALS, maxAttempts: 1 };
  const secretsClient = new SecretsManagerClient(client);
  const ssmClient = new SSMClient(client);
  return {
    endpoint,
    secrets: secretsClient,
    ssm: ssmClient,
    time,
    functions,
    events,
    logs,
    callLog,
    services: { secretsManager, ssm },
    close: async () => {
      secretsClient.destroy();
      ssmClient.destroy();
      await endpoint.close();
    },
  };
}

/** Waits until a condition holds; fails with what was waited for after the deadline. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  deadlineMs = 15_000,
): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A token that a test can tell from others: 36 characters, ending in its name. */
export function token(name: string): string {
  return name.padStart(36, '0');
}
