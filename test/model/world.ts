import { dispatch } from '../../lambda-src/rotator/dispatch';
import type { DirectEvent, RotatorEvent, Verdict } from '../../lambda-src/contract/events';
import type { PersonRequest } from '../../lambda-src/core/observation';
import type { OrchestratorDependencies } from '../../lambda-src/orchestrator/dependencies';
import { handleBatch } from '../../lambda-src/orchestrator/batch';
import { SLOTS, type Slot } from '../../lambda-src/core/slot';
import type { Telemetry } from '../../lambda-src/ports/world';
import { RetirementRefused, RotatorError, type RotatorClient } from '../../lambda-src/ports/rotator';
import { AWSCURRENT } from '../../lambda-src/ports/secrets';
import type { RotatorDependencies } from '../../lambda-src/rotator/dependencies';
import { RetirementRefusedError } from '../../lambda-src/rotator/errors';
import {
  instrumented,
  instrumentedDatabase,
  PARAMETER_STORE,
  SECRET_STORE,
  SERVICES,
} from '../support/instrumented';
import { MemoryDatabase } from '../support/memory-database';
import type { Disturbance } from '../support/memory-effects';
import { SILENT } from '../support/memory-telemetry';
import { ADMIN_ARN, ModelInstallation, PREFIX, TIMES, type How } from './installation';
import { endRuns, finishDeployments } from './ecs';
import { Process } from './process';
import { Promises } from './promises';
import { Rotations } from './rotations';
import { SQS_RECORD } from './unseen';

/** More looks than this in one invocation turn in circles. */
const MOST_LOOKS = 60;

/** The installation with everything that acts on it: invocations, Secrets Manager, Terraform, people. */
export class World extends ModelInstallation {
  /** Invocations that are not over, in the order in which they began. */
  processes: Process[] = [];
  readonly rotations = new Rotations(this);
  readonly promises = new Promises(this);
  /** What happened, in words; null where nobody reads it. */
  trace: string[] | null = null;
  /** Every effect so far; a test may disturb one by its number. */
  readonly effects: string[] = [];
  /** Rows of the protocol that decided something. */
  readonly rows = new Set<string>();
  disturb: ((effect: number, process: Process) => Disturbance | null) | null = null;
  private bytes = 1;
  private requests = 0;

  /** As an apply leaves it before it invokes bootstrap. */
  static empty(consumers: number, ...how: How): World {
    const world = new World(...how);
    for (let index = 0; index < consumers; index += 1) world.register();
    world.configure();
    return world;
  }

  /** Bootstrapped, then its services started. @param counts desired tasks of each */
  static async installed(counts: readonly number[], ...how: How): Promise<World> {
    const world = World.empty(counts.length, ...how);
    await world.finish(await world.apply('create'));
    world.startServices(counts);
    world.tick(60);
    world.effects.length = 0;
    return world;
  }

  tell(what: string): void {
    this.trace?.push(what);
  }

  tick(seconds: number): void {
    this.services.remember();
    this.clock.time += seconds * 1_000;
    // Lambda ends what takes too long, whatever it was doing.
    for (const process of this.processes)
      if (this.clock.time > process.startedAt + TIMES.rotator * 2_000) this.kill(process);
  }

  kill(process: Process): void {
    process.die();
    this.bury();
  }

  /** What is over holds no connection. */
  private bury(): void {
    for (const process of this.processes) if (process.over) this.server.disconnect(process);
    this.processes = this.processes.filter((process) => !process.over);
  }

  /** Lets a process make up to so many calls; where it waits for another one, that one's. @returns how many it made */
  async go(process: Process, calls: number, last: Disturbance | null = null): Promise<number> {
    let made = 0;
    for (; made < calls; made += 1) {
      const acting = this.actingFor(process);
      if (acting === null) break;
      const planned = acting.nextIsEffect ? (this.disturb?.(this.effects.length + 1, acting) ?? null) : null;
      await acting.step(planned ?? (made === calls - 1 ? last : null));
      if (acting.over) this.bury();
    }
    return made;
  }

  /** To its end, or as far as it gets: it may wait for a lock that another one holds. */
  async finish(process: Process): Promise<void> {
    if (this.disturb !== null) {
      await this.go(process, Infinity);
      return;
    }
    for (let acting = this.actingFor(process); acting !== null; acting = this.actingFor(process)) {
      await acting.run();
      if (acting.over) this.bury();
    }
  }

  private actingFor(process: Process): Process | null {
    if (process.ready) return process;
    return process.child === null || process.child.over ? null : this.actingFor(process.child);
  }

  private async invoke(
    name: string,
    kind: Process['kind'],
    main: (process: Process) => Promise<unknown>,
  ): Promise<Process> {
    this.tell(`${name} begins`);
    const process = new Process(name, kind, this.clock.time, this.promises);
    this.processes.push(process);
    await process.start(main);
    this.bury();
    return process;
  }

  /** The rotator, invoked by Secrets Manager, the orchestrator or Terraform. */
  rotator(kind: Process['kind'], name: string, event: RotatorEvent): Promise<Process> {
    return this.invoke(name, kind, (process) => dispatch(this.rotatorDependencies(process), event));
  }

  /** Terraform's invocation of bootstrap. */
  apply(action: 'create' | 'update' | 'delete'): Promise<Process> {
    const event: DirectEvent = { action: 'bootstrap', credential: 'app', tf: { action } };
    return this.rotator('apply', 'bootstrap', event);
  }

  /** The orchestrator's invocation; a group has at most one, so one that is under way is the answer. */
  async wake(sweep = true): Promise<Process> {
    const running = this.processes.find(({ kind }) => kind === 'orchestrator');
    if (running !== undefined) return running;
    const message = { credential: 'app', cause: sweep ? 'sweep' : 'event', id: 'wake' };
    const Records = [{ ...SQS_RECORD, messageId: 'wake', body: JSON.stringify(message) }];
    let looks = 0;
    const mayGoOn = () => {
      if ((looks += 1) > MOST_LOOKS) this.promises.broken('I4: the orchestrator turns in circles');
      return looks <= MOST_LOOKS;
    };
    return this.invoke('orchestrator', 'orchestrator', async (process) => {
      const { batchItemFailures } = await handleBatch(
        this.orchestratorDependencies(process),
        { Records },
        mayGoOn,
      );
      if (batchItemFailures.length > 0) this.promises.broken('a look failed in a way that nobody foresaw');
    });
  }

  /** The command line: never over an unanswered request. */
  ask(kind: PersonRequest['kind'], leaving?: string): void {
    const record = this.record();
    if (record === null) return;
    const open = this.openRequest();
    if (open !== null) return;
    const id = `request-${(this.requests += 1)}`;
    this.set('request', JSON.stringify({ id, kind, leaving: leaving ?? record.active.version }));
  }

  /** Id of the request that nobody has answered. */
  openRequest(): string | null {
    const { id } = JSON.parse(this.text('request') || '{}') as { readonly id?: string };
    const handled = this.record()?.handled ?? [];
    return id === undefined || handled.some((one) => one.id === id) ? null : id;
  }

  /** Rotations, deployments and looks go on, undisturbed, until nothing is left to do. @returns false where it never ends */
  async converge(): Promise<boolean> {
    this.services.lag = 0;
    this.server.outage = null;
    this.sessions.clear();
    for (let round = 0; round < 40; round += 1) {
      if (this.record()?.paused === true) this.ask('unpause');
      for (const process of [...this.processes]) await this.finish(process);
      await this.looked(round === 0 || this.strategy === 'single');
      if (SLOTS.some((slot) => this.labelled(slot, AWSCURRENT) === null))
        await this.finish(await this.apply('update'));
      for (const slot of SLOTS) await this.rotations.toEnd(slot);
      finishDeployments(this);
      if (round > 0) endRuns(this);
      if (this.isQuiet()) return true;
      this.tick(round < 2 ? 35 : 250);
    }
    return false;
  }

  /** The queue delivers the message of a look that died again. */
  private async looked(sweep: boolean): Promise<void> {
    for (let delivery = 0; delivery < 50; delivery += 1) {
      const process = await this.wake(sweep);
      await this.finish(process);
      if (process.outcome?.how !== 'died') return;
      this.tick(1);
    }
  }

  private isQuiet(): boolean {
    const record = this.record();
    if (record === null) return false;
    if (record.phase === 'halted') return true;
    return record.phase === 'settled' && this.processes.length === 0 && this.promises.due().length === 0;
  }

  private rotatorDependencies(process: Process): RotatorDependencies {
    const { gate } = process;
    const database = new MemoryDatabase(this.server, process);
    const writer = this.server.endpoint;
    const timeouts = { connectMs: 1_000, statementMs: 1_000, lockMs: 1_000 };
    return {
      environment: {
        prefix: PREFIX,
        database: { writer, readers: [], lockDatabase: 'postgres', adminSecretArn: ADMIN_ARN, timeouts },
        caBundle: undefined,
        importedSecrets: {},
      },
      database: instrumentedDatabase(database, gate, (key) => this.server.isFree(key)),
      secrets: instrumented(this.rotations.secrets, SECRET_STORE, gate),
      parameters: instrumented(this.parameters, PARAMETER_STORE, gate),
      clock: this.clock,
      pause: () => Promise.reject(new Error('there is one endpoint: nothing has to be waited for')),
      randomBytes: (count) => Uint8Array.from({ length: count }, () => this.nextByte()),
      telemetry: SILENT,
    };
  }

  private orchestratorDependencies(process: Process): OrchestratorDependencies {
    const { gate } = process;
    return {
      environment: { prefix: PREFIX, rotator: 'rotator' },
      secrets: instrumented(this.rotations.secrets, SECRET_STORE, gate),
      parameters: instrumented(this.parameters, PARAMETER_STORE, gate),
      services: instrumented(this.services, SERVICES, gate),
      rotator: this.rotatorClient(process),
      clock: this.clock,
      telemetry: { ...SILENT, info: this.noteRow, warn: this.noteRow },
    };
  }

  private readonly noteRow: Telemetry['info'] = (_message, fields) => {
    if (fields?.['action'] !== 'wait') this.rows.add(String(fields?.['row']));
  };

  private rotatorClient(process: Process): RotatorClient {
    const invoke = (event: DirectEvent & { readonly slot: Slot }) => this.invokedBy(process, event);
    const done = async (event: DirectEvent & { readonly slot: Slot }) => {
      const { outcome } = await invoke(event);
      if (outcome?.how === 'failed' && outcome.error instanceof RetirementRefusedError)
        throw new RetirementRefused(outcome.error.message);
      if (outcome?.how !== 'ended') throw new RotatorError('the invocation failed');
    };
    return {
      verify: async (credential, { slot, version }) => {
        const { outcome } = await invoke({ action: 'verify', credential, slot, version });
        return outcome?.how === 'ended'
          ? (outcome.value as Verdict)
          : { result: 'outage', detail: 'the invocation failed' };
      },
      retire: (credential, { slot, version }) => done({ action: 'retire', credential, slot, version }),
      restore: (credential, slot) => done({ action: 'restore', credential, slot }),
      terminate: (credential, { slot, version }) => done({ action: 'terminate', credential, slot, version }),
    };
  }

  /** An invocation of its own, which goes on where the one that waits for it dies. */
  private async invokedBy(process: Process, event: DirectEvent & { readonly slot: Slot }): Promise<Process> {
    const name = `rotator.${event.action} ${event.slot}`;
    const child = await process.gate({ kind: 'read', name }, () => this.rotator('direct', name, event));
    process.child = child;
    const answers = { kind: 'read', name: 'rotator answers', ready: () => child.over } as const;
    await process.gate(answers, () => Promise.resolve());
    process.child = null;
    return child;
  }

  /** A linear congruential generator: passwords need to differ, and to be the same in a replay. */
  private nextByte(): number {
    this.bytes = (Math.imul(this.bytes, 1_103_515_245) + 12_345) >>> 0;
    return this.bytes >>> 24;
  }
}
