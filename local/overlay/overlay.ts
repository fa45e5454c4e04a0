import type { RawRequest, RawResponse } from '../endpoint/seams';

/** What the forwarding target forgets of a request, put back into its answers. */
export interface Overlay {
  /** SigV4 signing name. */
  readonly service: string;
  readonly operations: readonly string[];
  /** What goes missing without it. */
  readonly reason: string;
  /**
   * @param answer what the target answered, with a status below 400
   * @returns the answer for the client
   */
  readonly amend: (request: RawRequest, answer: RawResponse) => RawResponse;
}

/** The answer as all overlays of this operation leave it. */
export function amended(
  overlays: readonly Overlay[],
  call: { readonly service: string; readonly operation: string },
  request: RawRequest,
  answer: RawResponse,
): RawResponse {
  if (answer.status >= 400) return answer;
  return overlays
    .filter(({ service, operations }) => service === call.service && operations.includes(call.operation))
    .reduce((soFar, overlay) => overlay.amend(request, soFar), answer);
}

/** The same answer with another body. */
export function withBody(answer: RawResponse, change: (text: string) => string): RawResponse {
  return { ...answer, body: change(answer.body.toString()) };
}
