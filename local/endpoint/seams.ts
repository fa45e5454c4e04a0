/**
 * What the local services need of each other, as interfaces: each service is built with these and never
 * imports another one, so that a test can run one service alone.
 */

/** Injected time, in milliseconds since the epoch. */
export interface Clock {
  now(): number;
}

/** Injected timers, so that a test can let hours pass. */
export interface Timers {
  /**
   * Runs something once, later, without keeping the process alive for it.
   * @returns what cancels it; harmless after it ran
   */
  after(ms: number, run: () => void): () => void;
}

/** Who made a call, read from its credentials: the access key id that signed it. */
export interface Caller {
  /** The access key id of the SigV4 credential, or `anonymous` for an unsigned call. */
  readonly accessKeyId: string;
}

/** One AWS API call, decoded: what the wire protocols have in common. */
export interface ServiceCall {
  /** Operation name as AWS spells it, for instance `GetSecretValue`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
}

/**
 * A service that speaks one of AWS's JSON protocols: an operation and an object in, an object out.
 * Throws {@link AwsError} for what AWS answers with an error.
 */
export interface JsonService {
  /** The operations served; anything else is forwarded or answered with UnknownOperationException. */
  readonly operations: ReadonlySet<string>;
  handle(call: ServiceCall): Promise<object>;
  /** Stops timers and children; resolves when they are gone. */
  close(): Promise<void>;
}

/** One HTTP request to a service that handles its own wire protocol. */
export interface RawRequest {
  /** Upper case, for instance `POST`. */
  readonly method: string;
  /** Path without query, percent-encoding as sent, for instance `/2015-03-31/functions/x`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Header names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly caller: Caller;
}

/** The answer to a {@link RawRequest}. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** A service that is no JSON protocol: a REST API such as Lambda's, or one proxied elsewhere such as SQS. */
export interface RawService {
  /**
   * Answers one request. An {@link AwsError} that it throws is answered as AWS JSON and REST do, its code in
   * `x-amzn-errortype` and `__type`; throw AwsError `UnknownOperationException` for what is not served, and
   * it is forwarded where a forwarding target is set.
   */
  handle(request: RawRequest): Promise<RawResponse>;
  /** The operation a request asks for, for the call log: for instance `Invoke`. Does not throw. */
  operationOf(request: RawRequest): string;
  /** Stops timers and children; resolves when they are gone. */
  close(): Promise<void>;
}

/** An error answer: `code` goes to the wire as `__type`, `message` as AWS words it. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  constructor(
    readonly code: string,
    message: string,
    /** HTTP status: 400 for a client's fault, 500 for a server's. */
    readonly status = 400,
  ) {
    super(message);
  }
}

/** One EventBridge event before it is on the bus; id, time, account and region are added there. */
export interface BusEvent {
  /** For instance `aws.secretsmanager`. */
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Where services announce what happened; delivery is asynchronous, at least once. */
export interface EventSink {
  emit(event: BusEvent): void;
}

/** A service under the controller CODE_DEPLOY. */
export interface DeployedService {
  readonly cluster: string;
  readonly service: string;
}

/**
 * What CodeDeploy does to a service's task sets: CreateTaskSet, UpdateServicePrimaryTaskSet and DeleteTaskSet of ECS.
 * Each throws {@link AwsError} where the service or the task set does not exist.
 */
export interface TaskSets {
  /** Id of the task set that serves production traffic. */
  serving(service: DeployedService): string;
  /**
   * Starts a full task set beside the one that serves.
   * @param externalId id of the CodeDeploy deployment
   * @returns its id
   */
  create(service: DeployedService, externalId: string, taskDefinition: string): string;
  /** Whether every task of it is in place and healthy. */
  isSteady(service: DeployedService, id: string): boolean;
  /** Traffic shifts to it. */
  serve(service: DeployedService, id: string): void;
  /** Ends its tasks; it must not serve. */
  drain(service: DeployedService, id: string): void;
  /** Whether it is there still: false once its last task is gone. */
  exists(service: DeployedService, id: string): boolean;
}

/** The answer of a synchronous Lambda invocation. */
export interface InvocationResult {
  /** The handler's answer, or its error `{errorType, errorMessage}` where `functionError` is set. */
  readonly payload: string;
  readonly functionError?: 'Handled' | 'Unhandled';
}

/** How services invoke functions: Secrets Manager for rotation, EventBridge and SQS for events. */
export interface FunctionInvoker {
  /**
   * Whether the function's resource policy lets the principal invoke it.
   * @param functionArn name or ARN
   * @param principal for instance `secretsmanager.amazonaws.com`
   * @param sourceArn compared with the permission's SourceArn where it has one
   */
  mayInvoke(functionArn: string, principal: string, sourceArn?: string): boolean;
  /** Invokes and waits; rejects with AwsError where there is no such function. */
  invoke(functionArn: string, payload: string): Promise<InvocationResult>;
  /** Invokes without waiting, with Lambda's two retries. */
  invokeAsync(functionArn: string, payload: string): void;
}

/** How EventBridge reaches a queue: as a target and as a dead-letter queue. */
export interface QueueSender {
  /**
   * Sends one message.
   * @param groupId message group; FIFO queues need one, standard queues take none
   * @throws AwsError where there is no such queue or it refuses the message
   */
  send(queueArn: string, body: string, groupId?: string): void;
}

/** One message as it was received. */
export interface QueueMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  /** System attributes as a Lambda event carries them, for instance `MessageGroupId`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, unknown>>;
}

/** How Lambda's event source mappings read queues. Each throws AwsError where there is no such queue. */
export interface QueueReceiver {
  /** The queue's visibility timeout in seconds. */
  visibilityTimeoutOf(queueArn: string): number;
  /** At most `max` messages that are visible now, of one message group where the queue is FIFO; hides them. */
  receiveOneGroup(queueArn: string, max: number): QueueMessage[];
  /** Removes a message; a receipt that is no longer valid is ignored. */
  remove(queueArn: string, receiptHandle: string): void;
  /**
   * Calls back when there may be something to receive: a message arrived or a group was unblocked. A message
   * whose visibility timeout ends counts too.
   * @returns what ends the subscription
   */
  subscribe(queueArn: string, wake: () => void): () => void;
}

/** How ECS resolves `valueFrom` of a task definition when a task starts. */
export interface ValueResolver {
  /**
   * @param valueFrom a secret ARN with optional `:jsonKey:versionStage:versionId`, or a parameter name or ARN
   * @throws AwsError where it cannot be read; the task then fails with ResourceInitializationError
   */
  resolve(valueFrom: string): string;
}

/** Registers a child process so that it ends when this process does, SIGKILL included. */
export interface ProcessKeeper {
  /** Takes note of a child just spawned. Its whole process group is ended if it leads one. */
  keep(pid: number): void;
  /** The child ended by itself. */
  release(pid: number): void;
}

/** The account and region that ARNs name. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
}
