import { z } from 'zod';

const text = z.string();
const texts = z.array(text);

const target = z.object({
  Id: text,
  Arn: text,
  Input: text.optional(),
  InputPath: text.optional(),
  InputTransformer: z
    .object({ InputPathsMap: z.record(text, text).optional(), InputTemplate: text })
    .optional(),
  SqsParameters: z.object({ MessageGroupId: text.optional() }).optional(),
  RetryPolicy: z
    .object({
      MaximumRetryAttempts: z.int().min(0).max(185).optional(),
      MaximumEventAgeInSeconds: z.int().min(60).max(86_400).optional(),
    })
    .optional(),
  DeadLetterConfig: z.object({ Arn: text.optional() }).optional(),
});

const entry = z
  .object({
    Source: text,
    DetailType: text,
    Detail: text,
    Resources: texts,
    EventBusName: text,
    /** Epoch seconds up to the year 9999. */
    Time: z.number().min(0).max(253_402_300_799),
  })
  .partial();

/** The members of EventBridge's requests, whatever the operation: each means the same in all of them. Source: EventBridge API Reference. */
export const EVENTS_MEMBERS = z
  .object({
    Name: text,
    NamePrefix: text,
    Rule: text,
    State: text,
    Description: text,
    RoleArn: text,
    EventPattern: text,
    ScheduleExpression: text,
    Event: text,
    ResourceARN: text,
    TargetArn: text,
    EventBusName: text,
    Ids: texts,
    TagKeys: texts,
    Tags: z.array(z.object({ Key: text, Value: text })),
    Targets: z.array(target),
    Entries: z.array(entry),
  })
  .partial();
