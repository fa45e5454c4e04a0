import { request as httpRequest, type Agent, type OutgoingHttpHeaders } from 'node:http';
import { AwsError, type RawRequest, type RawResponse } from './seams';

/** Headers of one connection, which are not passed on (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'expect',
  'content-length',
]);

/**
 * Sends a request on, unchanged but for hop-by-hop headers, and returns the answer.
 * @param target path and query as they were sent
 * @throws AwsError `ServiceUnavailableException` where the target does not answer
 */
export async function forward(
  request: RawRequest,
  target: string,
  to: URL,
  agent: Agent,
): Promise<RawResponse> {
  const headers: OutgoingHttpHeaders = {
    ...withoutHopByHop(request.headers),
    'content-length': request.body.length,
  };
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(to, { agent, method: request.method, path: target, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const flat: Record<string, string> = {};
        for (const [name, value] of Object.entries(response.headers)) {
          if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
        }
        resolve({
          status: response.statusCode ?? 502,
          headers: withoutHopByHop(flat),
          body: Buffer.concat(chunks),
        });
      });
    });
    outgoing.on('error', (cause) => {
      const text = `The server behind MOTO_URL (${to.origin}) did not answer: ${cause.message}`;
      reject(new AwsError('ServiceUnavailableException', text, 503));
    });
    outgoing.end(request.body);
  });
}

function withoutHopByHop(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}
