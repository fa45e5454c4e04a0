import { checkTypes } from '../endpoint/input';
import { AwsError, type EventSink, type JsonService } from '../endpoint/seams';
import { Bus } from './bus';
import { EVENTS_MEMBERS } from './members';
import type { EventBridgeOptions } from './model';
import { ruleOperations, type Input, type Operation } from './rules';
import { parsePattern } from './pattern';
import { targetOperations } from './targets';

export type { Delivery, Event, EventBridgeOptions, EventSettings, Target } from './model';

/**
 * Amazon EventBridge: the default bus with rules on patterns and schedules, and Lambda functions and SQS queues
 * as targets. A Lambda target needs its permission; queue policies are not enforced.
 */
export function createEventBridge(options: EventBridgeOptions): JsonService & EventSink {
  const bus = new Bus(options);
  const operations: Readonly<Record<string, Operation>> = {
    ...ruleOperations(bus, options),
    ...targetOperations(bus),
    ...eventOperations(bus, options),
  };
  return {
    operations: new Set(Object.keys(operations)),
    handle: async ({ operation, input }) => {
      const found = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
      if (found === undefined)
        throw new AwsError('UnknownOperationException', `Events: ${operation} is not served`);
      checkTypes(EVENTS_MEMBERS, input);
      return Promise.resolve(found(input));
    },
    emit: (event) => void bus.publish(event),
    close: () => {
      bus.close();
      return Promise.resolve();
    },
  };
}

function eventOperations(bus: Bus, { place }: EventBridgeOptions): Readonly<Record<string, Operation>> {
  const busArn = `arn:${place.partition}:events:${place.region}:${place.accountId}:event-bus/default`;
  return {
    PutEvents: (input) => {
      const entries = (input['Entries'] ?? []) as readonly Input[];
      if (entries.length < 1 || entries.length > 10) {
        throw new AwsError('ValidationException', 'Entries must have between 1 and 10 items.');
      }
      const results = entries.map((entry) => put(bus, entry));
      return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
    },
    TestEventPattern: (input) => {
      const event = objectOf(input['Event']);
      if (event === undefined) throw new AwsError('InvalidEventPatternException', 'Event is not valid JSON.');
      return { Result: parsePattern(String(input['EventPattern'])).matches(event) };
    },
    DescribeEventBus: (input) => {
      onDefaultBus(input['Name']);
      return { Name: 'default', Arn: busArn };
    },
    ListEventBuses: () => ({ EventBuses: [{ Name: 'default', Arn: busArn }] }),
  };
}

function put(bus: Bus, entry: Input): { EventId: string } | { ErrorCode: string; ErrorMessage: string } {
  const { Source: source, DetailType: detailType, Detail: text, Resources: resources, Time: time } = entry;
  const missing = (name: string) => ({
    ErrorCode: 'InvalidArgument',
    ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
  });
  if (typeof source !== 'string' || source === '') return missing('Source');
  if (typeof detailType !== 'string' || detailType === '') return missing('DetailType');
  if (typeof text !== 'string') return missing('Detail');
  if (source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  const detail = objectOf(text);
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  onDefaultBus(entry['EventBusName']);
  const event = { source, detailType, resources: (resources ?? []) as readonly string[], detail };
  return { EventId: bus.publish(typeof time === 'number' ? { ...event, time: time * 1000 } : event) };
}

/** @throws AwsError ResourceNotFoundException for any bus but the default one */
function onDefaultBus(given: unknown): void {
  const name = typeof given === 'string' ? given : 'default';
  if (name === 'default' || name.endsWith(':event-bus/default')) return;
  throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
}

function objectOf(text: unknown): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(String(text));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
