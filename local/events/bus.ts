import { AwsError, type BusEvent } from '../endpoint/seams';
import { Deliveries } from './delivery';
import {
  DEFAULT_SETTINGS,
  type Event,
  type EventBridgeOptions,
  type EventSettings,
  type Rule,
} from './model';

/** The default bus: rules, and what happens when an event or a schedule meets them. */
export class Bus {
  readonly rules = new Map<string, Rule>();
  readonly #settings: EventSettings;
  readonly #deliveries: Deliveries;

  constructor(private readonly options: EventBridgeOptions) {
    this.#settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.#deliveries = new Deliveries(options, this.#settings);
  }

  /** @throws AwsError ResourceNotFoundException */
  rule(name: string): Rule {
    const found = this.rules.get(name);
    if (found !== undefined) return found;
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
  }

  /** Puts an event on the bus and answers with its id. */
  publish(event: BusEvent & { readonly time?: number }): string {
    const { place, clock, newId } = this.options;
    const made: Event = {
      version: '0',
      id: newId(),
      'detail-type': event.detailType,
      source: event.source,
      account: place.accountId,
      time: `${new Date(event.time ?? clock.now()).toISOString().slice(0, 19)}Z`,
      region: place.region,
      resources: event.resources,
      detail: event.detail,
    };
    for (const rule of this.rules.values()) {
      if (rule.state !== 'DISABLED' && rule.pattern?.compiled.matches(made) === true)
        this.#deliver(rule, made);
    }
    return made.id;
  }

  /** Arms the timer of a rule's schedule anew, after the rule changed. */
  arm(rule: Rule): void {
    rule.cancel?.();
    delete rule.cancel;
    if (rule.schedule === undefined || rule.state === 'DISABLED') return;
    const { clock, timers } = this.options;
    const { rateEveryMs } = this.#settings;
    const scaled = rateEveryMs !== undefined && rule.schedule.text.startsWith('rate(');
    const at = scaled ? clock.now() + rateEveryMs : rule.schedule.next(clock.now());
    if (at === undefined) return;
    rule.cancel = afterLong(
      timers.after.bind(timers),
      () => at - clock.now(),
      () => {
        this.arm(rule);
        this.#fire(rule);
      },
    );
  }

  close(): void {
    for (const rule of this.rules.values()) rule.cancel?.();
    this.#deliveries.close();
  }

  #fire(rule: Rule): void {
    const { place, clock, newId } = this.options;
    this.#deliver(rule, {
      version: '0',
      id: newId(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: place.accountId,
      time: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
      region: place.region,
      resources: [rule.arn],
      detail: {},
    });
  }

  #deliver(rule: Rule, event: Event): void {
    for (const target of rule.targets.values()) this.#deliveries.begin(event, rule, target);
  }
}

/** Node's timers hold at most 2^31 - 1 milliseconds, 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Waits until nothing is left, however long that is. */
function afterLong(
  after: (ms: number, run: () => void) => () => void,
  left: () => number,
  run: () => void,
): () => void {
  let cancel: () => void = () => undefined;
  const wait = () => {
    const ms = left();
    if (ms <= 0) run();
    else cancel = after(Math.min(ms, LONGEST_TIMER_MS), wait);
  };
  wait();
  return () => cancel();
}
