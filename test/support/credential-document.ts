import type { CredentialDocumentInput } from '../../lambda-src/contract/config-document';

/** The least that a configuration document says, of the credential `app`. @param arn of the secret of a kind */
export function leastDocument(arn: (kind: string) => string): CredentialDocumentInput {
  return {
    schema: 1,
    credential: 'app',
    strategy: 'dual-user',
    delivery: 'secret',
    database: 'app',
    ownerRole: 'app_owner',
    slots: {
      blue: { user: 'app_blue', secretArn: arn('blue') },
      green: { user: 'app_green', secretArn: arn('green') },
    },
    activeSecretArn: arn('active'),
    consumers: [{ cluster: 'main', service: 'web' }],
  };
}
