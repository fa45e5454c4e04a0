import { namesIt } from '../../lambda-src/core/delivery';
import type { Task } from '../../lambda-src/core/observation';
import type { SlotVersion } from '../../lambda-src/core/slot';
import type { Clock } from '../../lambda-src/ports/world';
import {
  consumerKey,
  type Begun,
  type ConsumerName,
  type ObservedService,
  type Services,
} from '../../lambda-src/ports/services';
import { FakeService, type Picture } from './fake-service';
import { asked } from './memory-parameters';

/** ECS in memory: rolling deployments whose tasks read what is published when they start. */
export class MemoryServices<Held = SlotVersion> implements Services {
  private readonly services = new Map<string, FakeService<Held>>();
  /** By task definition. */
  private readonly read = new Map<string, readonly string[]>();
  private readonly gone = new Set<string>();
  /** How old the pictures are that a read answers, in milliseconds. */
  lag = 0;

  constructor(private readonly clock: Clock) {}

  observe(consumers: readonly ConsumerName[]): Promise<readonly ObservedService[]> {
    return asked(() => consumers.map((consumer) => this.picture(consumerKey(consumer))));
  }

  tasks(consumer: ConsumerName): Promise<readonly Task[]> {
    return asked(() => this.pictureOf(consumerKey(consumer))?.tasks ?? []);
  }

  standaloneTasks(_cluster: string, taskDefinition: string): Promise<readonly Task[]> {
    const [key] = [...this.services.keys()].filter((name) => definitionOf(name) === taskDefinition);
    return asked(() => (key === undefined ? [] : (this.pictureOf(key)?.standalone ?? [])));
  }

  readersIn(
    cluster: string,
    read: readonly string[],
    mayGoOn: () => boolean,
  ): Promise<readonly ConsumerName[] | null> {
    return asked(() => (mayGoOn() ? this.readers(cluster, read) : null));
  }

  valuesRead(taskDefinition: string): Promise<readonly string[]> {
    return asked(() => this.read.get(taskDefinition) ?? []);
  }

  forceDeployment(consumer: ConsumerName): Promise<Begun | null> {
    return asked(() => this.service(consumerKey(consumer)).deploy(this.clock.now()));
  }

  /** A service whose one task read what is published now. */
  create(consumer: ConsumerName, published: Held, valuesRead: readonly string[], count = 1): void {
    const key = consumerKey(consumer);
    this.services.set(key, new FakeService(key, count, published));
    this.setValuesRead(consumer, valuesRead);
    this.remember();
  }

  setValuesRead(consumer: ConsumerName, valuesRead: readonly string[]): void {
    this.read.set(definitionOf(consumerKey(consumer)), valuesRead);
  }

  service(key: string): FakeService<Held> {
    const service = this.services.get(key);
    if (service === undefined) throw new Error(`no service ${key}`);
    return service;
  }

  /** Deleted, with every task. */
  remove(key: string): void {
    this.gone.add(key);
  }

  /** Every deployment comes to its end, and every old task is gone. */
  finish(published: Held): void {
    for (const service of this.services.values()) service.finish(this.clock.now(), published);
    this.remember();
  }

  /** What ECS shows of this instant, to later and lagging reads. */
  remember(): void {
    for (const service of this.services.values()) service.remember(this.clock.now());
  }

  /** What every running task holds. */
  held(): Held[] {
    const present = [...this.services].filter(([key]) => !this.gone.has(key));
    return present.flatMap(([, { tasks, standalone }]) =>
      [...tasks, ...standalone].map(({ holds }) => holds),
    );
  }

  private readers(cluster: string, read: readonly string[]): readonly ConsumerName[] {
    return [...this.services.keys()]
      .filter((key) => !this.gone.has(key))
      .map((key) => ({ cluster: key.split('/')[0] ?? '', service: key.split('/')[1] ?? '', key }))
      .filter((service) => service.cluster === cluster)
      .filter(({ key }) => {
        const values = this.read.get(definitionOf(key)) ?? [];
        return values.some((value) => read.some((one) => namesIt(one, value)));
      })
      .map(({ service }) => ({ cluster, service }));
  }

  private picture(key: string): ObservedService {
    const picture = this.pictureOf(key);
    if (picture === null) {
      return {
        consumer: { name: key, exists: false, desiredCount: 0, deployments: [] },
        taskDefinition: null,
        deploying: null,
        obstacle: null,
      };
    }
    const { name, exists, desiredCount, deployments } = picture;
    return {
      consumer: { name, exists, desiredCount, deployments },
      taskDefinition: definitionOf(key),
      deploying: { kind: 'rolling', seconds: 0 },
      obstacle: null,
    };
  }

  private pictureOf(key: string): Picture | null {
    const service = this.gone.has(key) ? undefined : this.services.get(key);
    if (service === undefined) return null;
    if (this.lag === 0) service.remember(this.clock.now());
    return service.pictureAt(this.clock.now() - this.lag);
  }
}

function definitionOf(key: string): string {
  return `definition-of-${key}`;
}
