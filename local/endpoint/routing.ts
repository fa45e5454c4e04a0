import type { Caller } from './seams';

/** Where a request goes, as far as its signature and headers tell. */
export interface Route {
  /** SigV4 signing name; undefined where nothing in the request tells it. */
  readonly service: string | undefined;
  /** The operation of an AWS JSON request, from X-Amz-Target. */
  readonly targetOperation: string | undefined;
  readonly caller: Caller;
}

/** The service names that unsigned AWS JSON requests carry in X-Amz-Target, and their signing names. */
const SIGNING_NAMES: Readonly<Record<string, string>> = {
  secretsmanager: 'secretsmanager',
  AmazonSSM: 'ssm',
  AmazonEC2ContainerServiceV20141113: 'ecs',
  CodeDeploy_20141006: 'codedeploy',
  AWSEvents: 'events',
  AmazonSQS: 'sqs',
};

const CREDENTIAL = /^(?<accessKeyId>[\w-]{1,128})\/\d{8}\/[a-z0-9-]+\/(?<service>[a-z0-9-]+)\/aws4_request$/;

/**
 * Routes by the credential scope (AWS General Reference, "Signature Version 4"), of the Authorization header
 * or of a presigned URL; an unsigned request by its X-Amz-Target. Signatures are not verified.
 */
export function routeOf(headers: Readonly<Record<string, string>>, query: URLSearchParams): Route {
  const target = headers['x-amz-target'] ?? '';
  const dot = target.lastIndexOf('.');
  const credential = credentialOf(headers, query);
  return {
    service: credential?.service ?? (dot > 0 ? SIGNING_NAMES[target.slice(0, dot)] : undefined),
    targetOperation: dot > 0 && dot < target.length - 1 ? target.slice(dot + 1) : undefined,
    caller: { accessKeyId: credential?.accessKeyId ?? 'anonymous' },
  };
}

function credentialOf(
  headers: Readonly<Record<string, string>>,
  query: URLSearchParams,
): { accessKeyId: string; service: string } | undefined {
  const inHeader = /^AWS4-[A-Z0-9-]+\s+(?:.*[\s,])?Credential=(?<scope>[^\s,]+)/.exec(
    headers['authorization'] ?? '',
  );
  const scope = inHeader?.groups?.['scope'] ?? query.get('X-Amz-Credential') ?? '';
  const groups = CREDENTIAL.exec(scope)?.groups;
  const accessKeyId = groups?.['accessKeyId'];
  const service = groups?.['service'];
  return accessKeyId === undefined || service === undefined ? undefined : { accessKeyId, service };
}
