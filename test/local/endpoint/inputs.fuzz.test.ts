import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { createEcs } from '../../../local/ecs/ecs';
import { startEndpoint, type Endpoint } from '../../../local/endpoint/server';
import type { JsonService } from '../../../local/endpoint/seams';
import { createEventBridge } from '../../../local/events/events';
import { createLambda } from '../../../local/lambda/lambda';
import { createRds } from '../../../local/rds/rds';
import { createSecretsManager } from '../../../local/secretsmanager/service';
import { createSqs } from '../../../local/sqs/sqs';
import { createSsm } from '../../../local/ssm/service';
import { createSts } from '../../../local/sts/service';
import { anyText, anyValue, hostileText, nearly, runs } from '../../support/fuzz';
import { FUNCTION, LAMBDA_ROUTES, MEMBERS, SECRET, SQS_OPERATIONS, TARGETS } from './members';
import { ManualTime, PLACE, signed } from './target';

let endpoint: Endpoint;
let services: Readonly<Record<string, JsonService>>;
const failures: string[] = [];
let close: () => Promise<void>;

beforeAll(async () => {
  const clock = new ManualTime();
  const common = { place: PLACE, clock, timers: clock, newId: randomUUID };
  const log = (): void => undefined;
  const endpointUrl = () => endpoint.url;
  const keeper = { keep: () => undefined, release: () => undefined };
  const sqs = createSqs({ ...common, endpointUrl });
  const lambda = createLambda({ ...common, keeper, log, endpointUrl, queues: sqs });
  const events = createEventBridge({ ...common, functions: lambda, queues: sqs, log });
  const secretsmanager = createSecretsManager({ ...common, events, functions: lambda, log, rotation: {} });
  const ssm = createSsm({ ...common, events });
  const values = { resolve: () => 'a value' };
  const ecs = createEcs({ ...common, events, values, keeper, log });
  const server = { host: 'localhost', port: 5432, version: '17.10' };
  const provision = () => Promise.resolve({ username: 'admin', password: SECRET });
  const rds = createRds({ ...common, secrets: secretsmanager, server, provision });
  services = { secretsmanager, ssm, ecs, events };
  endpoint = await startEndpoint({
    services,
    rawServices: { lambda, sqs, rds, sts: createSts(common) },
    place: PLACE,
    clock,
    log: (message, error) =>
      failures.push(`${message}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`),
  });
  close = async () => {
    await Promise.all([events.close(), lambda.close(), ecs.close()]);
    await endpoint.close();
  };
});
afterAll(() => close());

/** Sends a request and holds the answer to what AWS would say: never a failure of the server's own. */
async function answeredLikeAws(
  request: { method?: string; path?: string; headers: Record<string, string>; body?: string },
  quotable = false,
): Promise<void> {
  failures.length = 0;
  const { method = 'POST', path = '/', headers, body } = request;
  const sent = body === undefined || method === 'GET' ? { method, headers } : { method, headers, body };
  const answer = await fetch(`${endpoint.url}${path}`, sent);
  const text = await answer.text();
  expect({ failures, status: answer.status < 500 ? 'told' : answer.status }).toEqual({
    failures: [],
    status: 'told',
  });
  if (answer.status < 400) return;
  expect(answer.headers.get('x-amzn-errortype') ?? '').toMatch(/^[A-Za-z.]+$/);
  if (!quotable) expect(text).not.toContain(SECRET);
}

describe('whatever is sent to the endpoint is answered as AWS would, and nothing in it breaks', () => {
  it.each(Object.keys(MEMBERS))(
    'as an operation of %s',
    async (name) => {
      const operations = name === 'sqs' ? SQS_OPERATIONS : [...(services[name]?.operations ?? [])];
      expect(operations.length).toBeGreaterThan(5);
      const sets = MEMBERS[name] ?? [];
      const body = fc.oneof(
        anyText,
        anyValue.map((value) => JSON.stringify(value)),
        ...Array.from({ length: 6 }, (_, index) =>
          nearly(sets[index % sets.length]).map((value) => JSON.stringify(value) as string | undefined),
        ),
      );
      const call = fc.tuple(fc.constantFrom(...operations), body);
      await fc.assert(
        fc.asyncProperty(call, async ([operation, text]) => {
          const headers = { ...signed(name), 'x-amz-target': `${TARGETS[name] ?? ''}.${operation}` };
          await answeredLikeAws({ headers, body: text ?? '' });
        }),
        runs(250),
      );
    },
    300_000,
  );

  it('as a request to Lambda', async () => {
    const body = fc.oneof(
      anyText,
      ...Array.from({ length: 4 }, () =>
        nearly(FUNCTION).map((value) => JSON.stringify(value) as string | undefined),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...LAMBDA_ROUTES), body, async ([method, path], text) => {
        await answeredLikeAws({ method, path, headers: signed('lambda'), body: text ?? '' });
      }),
      runs(250),
    );
  }, 300_000);

  it.each(['rds', 'sts', 'sqs', 'ssm'])(
    'in the query protocol, to %s',
    async (name) => {
      const headers = { ...signed(name), 'content-type': 'application/x-www-form-urlencoded' };
      const field = fc.oneof(
        hostileText,
        fc.constantFrom(
          'DBInstanceIdentifier',
          'Filters.Filter.1.Name',
          'Filters.Filter.1.Values.Value.1',
          'Tags.Tag.1.Key',
        ),
      );
      const action = fc.oneof(
        hostileText,
        fc.constantFrom(
          'CreateDBInstance',
          'DescribeDBInstances',
          'ModifyDBInstance',
          'GetCallerIdentity',
          'SendMessage',
        ),
      );
      const form = fc.tuple(action, fc.dictionary(field, hostileText, { maxKeys: 4 }));
      await fc.assert(
        fc.asyncProperty(form, async ([Action, fields]) => {
          const body = new URLSearchParams(Object.entries({ ...fields, Action })).toString();
          await answeredLikeAws({ headers, body });
        }),
        runs(100),
      );
    },
    300_000,
  );

  it('under headers and paths that nobody sends', async () => {
    const printable = fc.string({ maxLength: 60 }).map((text) => text.replaceAll(/[^\x21-\x7e]/g, ''));
    const headers = fc.record(
      { authorization: printable, 'x-amz-target': printable, 'content-type': printable },
      { requiredKeys: [] },
    );
    const path = fc
      .oneof(printable, hostileText)
      .map((text) => `/${encodeURI(text.replaceAll(/\p{Surrogate}/gu, '')).slice(0, 2_000)}`);
    await fc.assert(
      fc.asyncProperty(headers, path, anyText, async (sent, to, body) => {
        await answeredLikeAws({ headers: sent, path: to, body });
      }),
      runs(100),
    );
  }, 300_000);
});
