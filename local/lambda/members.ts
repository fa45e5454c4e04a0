import { z } from 'zod';

const text = z.string();
const texts = z.array(text);
const map = z.record(text, text);
const object = z.looseObject({});

/** The members of Lambda's requests that are used here, whatever the operation. Source: AWS Lambda API Reference. */
export const LAMBDA_MEMBERS = z
  .object({
    FunctionName: text,
    Runtime: text,
    Handler: text,
    Role: text,
    Description: text,
    Timeout: z.number(),
    MemorySize: z.number(),
    VpcConfig: object,
    DeadLetterConfig: object,
    Environment: z.object({ Variables: map.optional() }),
    TracingConfig: object,
    Layers: texts,
    EphemeralStorage: object,
    SnapStart: object,
    LoggingConfig: object,
    Architectures: texts,
    PackageType: text,
    Code: z.object({ ZipFile: text.optional() }),
    ZipFile: text,
    Tags: map,
    StatementId: text,
    Action: text,
    Principal: text,
    SourceArn: text,
    SourceAccount: text,
    EventSourceArn: text,
    BatchSize: z.number(),
    Enabled: z.boolean(),
    FunctionResponseTypes: texts,
    ScalingConfig: z.object({ MaximumConcurrency: z.int().min(2).max(1_000).optional() }),
    MaximumRetryAttempts: z.int().min(0).max(2),
    MaximumEventAgeInSeconds: z.int().min(60).max(21_600),
    DestinationConfig: object,
  })
  .partial();
