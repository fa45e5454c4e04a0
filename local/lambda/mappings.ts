import { AwsError } from '../endpoint/seams';
import { Poller, type Mapping, type PollerOptions } from './event-source';
import type { Functions } from './functions';
import type { LambdaOptions, LambdaSettings } from './model';

type Input = Readonly<Record<string, unknown>>;

interface Mapped {
  readonly mapping: Mapping;
  readonly poller: Poller;
}

/** The event source mappings of one account and region. */
export class Mappings {
  readonly #mappings = new Map<string, Mapped>();

  constructor(
    private readonly options: LambdaOptions,
    private readonly settings: LambdaSettings,
    private readonly functions: Functions,
    private readonly invoke: PollerOptions['invoke'],
  ) {}

  create(input: Input): object {
    const queues = this.options.queues;
    const queueArn = String(input['EventSourceArn']);
    if (queues === undefined || queueArn.split(':')[2] !== 'sqs') {
      throw invalid(`Unrecognized event source ${queueArn}: the local endpoint maps SQS queues only.`);
    }
    if (input['FilterCriteria'] !== undefined)
      throw invalid('The local endpoint does not filter: FilterCriteria.');
    const record = this.functions.find(String(input['FunctionName']));
    const same = [...this.#mappings.values()].find(
      ({ mapping }) => mapping.queueArn === queueArn && mapping.functionArn === record.arn,
    );
    if (same !== undefined) {
      const { uuid } = same.mapping;
      throw new AwsError(
        'ResourceConflictException',
        `An event source mapping with SQS arn (" ${queueArn} ") and function (" ${record.name} ") already exists. Please update or delete the existing mapping with UUID ${uuid}`,
        409,
      );
    }
    this.#checkTimeouts(queueArn, record.arn);
    const mapping: Mapping = {
      uuid: this.options.newId(),
      queueArn,
      functionArn: record.arn,
      batchSize: 10,
      enabled: true,
      responseTypes: [],
      tags: (input['Tags'] ?? {}) as Record<string, string>,
      lastModified: 0,
    };
    const poller = new Poller(mapping, {
      ...this.options,
      queues,
      settings: this.settings,
      invoke: this.invoke,
    });
    this.#apply(mapping, input);
    this.#mappings.set(mapping.uuid, { mapping, poller });
    if (mapping.enabled) poller.start();
    return this.#answer({ mapping, poller });
  }

  get(uuid: string): object {
    return this.#answer(this.#find(uuid));
  }

  tagsOf(uuid: string): Readonly<Record<string, string>> {
    return this.#find(uuid).mapping.tags;
  }

  retag(uuid: string, tags: Readonly<Record<string, string>>): void {
    this.#find(uuid).mapping.tags = tags;
  }

  list(functionName: string | undefined, queueArn: string | undefined): object[] {
    const functionArn = functionName === undefined ? undefined : this.functions.find(functionName).arn;
    return [...this.#mappings.values()]
      .filter(({ mapping }) => functionArn === undefined || mapping.functionArn === functionArn)
      .filter(({ mapping }) => queueArn === undefined || mapping.queueArn === queueArn)
      .map((mapped) => this.#answer(mapped));
  }

  update(uuid: string, input: Input): object {
    const { mapping, poller } = this.#find(uuid);
    this.#apply(mapping, input);
    if (mapping.enabled) poller.start();
    else poller.stop();
    return this.#answer({ mapping, poller });
  }

  delete(uuid: string): object {
    const { mapping, poller } = this.#find(uuid);
    poller.stop();
    this.#mappings.delete(uuid);
    return { ...this.#answer({ mapping, poller }), State: 'Deleting' };
  }

  /** Stops all polling; batches under way go on until their functions end. */
  stop(): Promise<unknown> {
    const pollers = [...this.#mappings.values()].map(({ poller }) => poller);
    pollers.forEach((poller) => poller.stop());
    return Promise.all(pollers.map((poller) => poller.drained()));
  }

  #find(uuid: string): Mapped {
    const found = this.#mappings.get(uuid);
    if (found !== undefined) return found;
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
  }

  #apply(mapping: Mapping, input: Input): void {
    const batchSize = input['BatchSize'] ?? mapping.batchSize;
    const most = mapping.queueArn.endsWith('.fifo') ? 10 : 10_000;
    if (!Number.isInteger(batchSize) || (batchSize as number) < 1 || (batchSize as number) > most) {
      throw invalid(`Batch size must be between 1 and ${most} for this queue.`);
    }
    const functionName = input['FunctionName'];
    if (typeof functionName === 'string') mapping.functionArn = this.functions.find(functionName).arn;
    mapping.batchSize = batchSize as number;
    if (typeof input['Enabled'] === 'boolean') mapping.enabled = input['Enabled'];
    if (Array.isArray(input['FunctionResponseTypes'])) {
      mapping.responseTypes = input['FunctionResponseTypes'].map(String);
    }
    const scaling = input['ScalingConfig'] as { MaximumConcurrency?: number } | undefined;
    if (scaling?.MaximumConcurrency !== undefined) mapping.maximumConcurrency = scaling.MaximumConcurrency;
    else if (scaling !== undefined) delete mapping.maximumConcurrency;
    mapping.lastModified = this.options.clock.now();
  }

  /** Lambda refuses a queue that would show a message again while the function may still work on it. */
  #checkTimeouts(queueArn: string, functionArn: string): void {
    let visibility: number;
    try {
      visibility = this.options.queues?.visibilityTimeoutOf(queueArn) ?? 0;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw invalid(`Error occurred while ReceiveMessage. SQS Error Code: ${error.code}. ${error.message}`);
    }
    const timeout = Number(this.functions.find(functionArn).configuration['Timeout']);
    if (visibility >= timeout) return;
    throw invalid(
      `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds`,
    );
  }

  #answer({ mapping, poller }: Mapped): object {
    const { partition, region, accountId } = this.options.place;
    return {
      UUID: mapping.uuid,
      EventSourceMappingArn: `arn:${partition}:lambda:${region}:${accountId}:event-source-mapping:${mapping.uuid}`,
      EventSourceArn: mapping.queueArn,
      FunctionArn: mapping.functionArn,
      BatchSize: mapping.batchSize,
      MaximumBatchingWindowInSeconds: 0,
      FunctionResponseTypes: mapping.responseTypes,
      ...(mapping.maximumConcurrency === undefined
        ? {}
        : { ScalingConfig: { MaximumConcurrency: mapping.maximumConcurrency } }),
      LastModified: mapping.lastModified / 1000,
      State: stateOf(mapping, poller),
      StateTransitionReason: 'USER_INITIATED',
    };
  }
}

/** One that was disabled lets the function end what it has begun. */
function stateOf({ enabled }: Mapping, { busy }: Poller): string {
  if (enabled) return 'Enabled';
  return busy ? 'Disabling' : 'Disabled';
}

const invalid = (message: string) => new AwsError('InvalidParameterValueException', message);
