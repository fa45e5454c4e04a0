import { escapeXml } from '../endpoint/answers';
import { AwsError, type Place, type RawRequest, type RawResponse, type RawService } from '../endpoint/seams';

export interface StsOptions {
  readonly place: Place;
  readonly newId: () => string;
}

/**
 * STS, as far as clients ask it who they are: GetCallerIdentity, in the query protocol with XML answers.
 * Everybody is the account's user named like its access key id.
 */
export function createSts({ place, newId }: StsOptions): RawService {
  return {
    operationOf: actionOf,
    handle: (request) => {
      const action = actionOf(request);
      if (action !== 'GetCallerIdentity') {
        return Promise.reject(new AwsError('UnknownOperationException', `sts:${action} is not served`));
      }
      return Promise.resolve(callerIdentity(request, place, newId()));
    },
    close: () => Promise.resolve(),
  };
}

function actionOf(request: RawRequest): string {
  const inBody = new URLSearchParams(request.body.toString('utf8')).get('Action');
  return inBody ?? request.query.get('Action') ?? 'unknown';
}

function callerIdentity({ caller }: RawRequest, place: Place, requestId: string): RawResponse {
  const user = escapeXml(caller.accessKeyId);
  const body =
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
    `<Arn>arn:${place.partition}:iam::${place.accountId}:user/${user}</Arn>` +
    `<UserId>${user}</UserId><Account>${place.accountId}</Account>` +
    `</GetCallerIdentityResult><ResponseMetadata><RequestId>${escapeXml(requestId)}</RequestId>` +
    '</ResponseMetadata></GetCallerIdentityResponse>';
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}
