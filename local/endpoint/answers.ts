import { AwsError, type RawResponse } from './seams';

/** How an error is written: AWS JSON and REST JSON, or the XML of the query protocols. */
export type WireFormat = 'json' | 'xml';

/**
 * An output in AWS JSON. A Date becomes epoch seconds with fractions, as these protocols write timestamps
 * (Smithy, "AWS JSON 1.1 protocol"); numbers are taken to be that already.
 */
export function jsonAnswer(output: object, contentType: string): RawResponse {
  return {
    status: 200,
    headers: { 'content-type': contentType },
    body: JSON.stringify(output, epochSeconds),
  };
}

function epochSeconds(this: unknown, key: string, value: unknown): unknown {
  const raw: unknown = (this as Readonly<Record<string, unknown>>)[key];
  return raw instanceof Date ? raw.getTime() / 1000 : value;
}

/** What the client is told of an error, with the code where each of AWS's protocols looks for it. */
export function errorAnswer(
  error: AwsError,
  format: WireFormat,
  contentType: string,
  requestId: string,
): RawResponse {
  const headers = { 'content-type': contentType, 'x-amzn-errortype': error.code };
  const body =
    format === 'json'
      ? JSON.stringify({ __type: error.code, message: error.message })
      : `<ErrorResponse><Error><Type>${error.status < 500 ? 'Sender' : 'Receiver'}</Type>` +
        `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error>` +
        `<RequestId>${requestId}</RequestId></ErrorResponse>`;
  return { status: error.status, headers, body };
}

/** Text made safe as the content of an XML element. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The error for what nobody here serves, and nothing forwards. */
export function unknownOperation(service: string, operation: string): AwsError {
  return new AwsError(
    'UnknownOperationException',
    `Tandem's local endpoint does not serve ${service}:${operation}. ` +
      'Set MOTO_URL to the URL of a moto server and it is forwarded there.',
  );
}

/** Decodes the body of an AWS JSON request; an empty one is an empty object. */
export function decodeJson(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let decoded: unknown;
  try {
    decoded = JSON.parse(body.toString('utf8'));
  } catch {
    // The parser's own words quote the body, which may hold a secret: they are not passed on.
    throw new AwsError('SerializationException', 'The request body is not valid JSON.');
  }
  if (typeof decoded !== 'object' || decoded === null || Array.isArray(decoded)) {
    throw new AwsError('SerializationException', 'The request body is not a JSON object.');
  }
  return decoded as Record<string, unknown>;
}
