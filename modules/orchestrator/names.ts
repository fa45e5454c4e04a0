import { resourceName } from '../shared/naming';

/** "A queue name can have up to 80 characters", of which `.fifo` takes five: SQS API Reference, CreateQueue. */
const LONGEST = 75;

/** Name of the queue of wake-ups. */
export function wakeQueueName(prefix: string): string {
  return `${resourceName(prefix, ['wake-ups'], LONGEST)}.fifo`;
}

/** Name of the queue of wake-ups that nobody could handle. */
export function deadQueueName(prefix: string): string {
  return `${resourceName(prefix, ['wake-ups', 'dead'], LONGEST)}.fifo`;
}
