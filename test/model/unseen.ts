import type { SQSRecord } from 'aws-lambda';

/** What SQS says of a message besides its body: nobody looks at it. */
export const SQS_RECORD: Omit<SQSRecord, 'messageId' | 'body'> = {
  receiptHandle: '',
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '0',
    SenderId: '',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: '',
  awsRegion: 'eu-central-1',
};
