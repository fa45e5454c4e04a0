import { z } from 'zod';

const text = z.string();
const texts = z.array(text);
const map = z.record(text, text);
const attributes = z.record(
  text,
  z.object({ DataType: text, StringValue: text.optional(), BinaryValue: text.optional() }),
);
const message = {
  MessageBody: text,
  MessageAttributes: attributes,
  MessageGroupId: text,
  MessageDeduplicationId: text,
  ReceiptHandle: text,
  DelaySeconds: z.int().min(0).max(900),
  VisibilityTimeout: z.int().min(0).max(43_200),
};

/** The members of SQS's requests, whatever the operation: each means the same in all of them. Source: Amazon SQS API Reference. */
export const SQS_MEMBERS = z
  .object({
    ...message,
    QueueName: text,
    QueueNamePrefix: text,
    QueueUrl: text,
    Attributes: map,
    tags: map,
    Tags: map,
    TagKeys: texts,
    AttributeNames: texts,
    MessageSystemAttributeNames: texts,
    MessageAttributeNames: texts,
    MaxNumberOfMessages: z.int(),
    WaitTimeSeconds: z.int().min(0).max(20),
    Entries: z.array(z.object({ ...message, Id: text }).partial()),
  })
  .partial();
