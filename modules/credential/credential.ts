import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret';
import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { CredentialDocumentInput } from '../../lambda-src/contract/config-document';
import { parameterName, secretName, type SecretKind } from '../../lambda-src/contract/names';
import { adoptedArn } from './adopted';
import { STANDARD_BYTES } from '../../lambda-src/contract/parameters';
import { longestOf } from '../shared/measure';
import { skipScan } from '../shared/scan';

/** Days that a deleted secret can be restored: Secrets Manager's longest. */
const RECOVERY_DAYS = 30;

const NO_SECRET =
  'The document holds names, ARNs and times, no secret; in plain text, a plan shows what changes.';

export interface CredentialProps {
  /** The installation's path. */
  readonly prefix: string;
  /** The configuration document but for the secrets' ARNs. */
  readonly document: Omit<CredentialDocumentInput, 'slots' | 'activeSecretArn'>;
  readonly users: { readonly blue: string; readonly green: string };
  /** Key of the secrets. */
  readonly kmsKeyArn: string;
  /** Whether the secrets refuse to be destroyed. */
  readonly protect: boolean;
  /** Name or ARN of a secret that is there already, as the active one. @default one is made */
  readonly adopted?: string | undefined;
}

/** What one credential consists of: three secrets without values, and the document that describes it. */
export class Credential extends Construct {
  readonly name: string;
  /** ARNs of the secrets. */
  readonly secrets: Readonly<Record<SecretKind, string>>;
  /** What must exist before the functions can work on this credential. */
  readonly parts: ITerraformDependable[];
  private readonly props: CredentialProps;

  constructor(scope: Construct, id: string, props: CredentialProps) {
    super(scope, id);
    this.props = props;
    this.name = props.document.credential;
    const { blue: first, green: second } = props.users;
    const blue = this.container('blue', `PostgreSQL user ${first}; rotated while ${second} is in use`);
    const green = this.container('green', `PostgreSQL user ${second}; rotated while ${first} is in use`);
    const made = props.adopted === undefined ? this.active() : null;
    const active = made?.arn ?? adoptedArn(this, 'active', props.adopted ?? '');
    this.secrets = { blue: blue.arn, green: green.arn, active };
    const document = JSON.stringify(this.document());
    const parameter = new SsmParameter(this, 'config', {
      name: parameterName(props.prefix, this.name, 'config'),
      description: `Configuration of the credential ${this.name}. Made by Terraform, read by the rotation functions.`,
      type: 'String',
      tier: Buffer.byteLength(longestOf(document)) > STANDARD_BYTES ? 'Advanced' : 'Standard',
      // It holds no secret; as a plain value, plans show what changes.
      insecureValue: document,
    });
    skipScan(parameter, { CKV2_AWS_34: NO_SECRET, CKV_AWS_337: NO_SECRET });
    this.parts = [blue, green, ...(made === null ? [] : [made]), parameter];
  }

  private active(): SecretsmanagerSecret {
    const secret = this.container('active', 'The credential to use: a copy of blue or green. Read this one.');
    skipScan(secret, {
      CKV2_AWS_57:
        'A copy of a slot has no user of its own; rotating it would part it from the database. Blue and green are rotated.',
    });
    return secret;
  }

  private document(): CredentialDocumentInput {
    const { users, document } = this.props;
    return {
      ...document,
      slots: {
        blue: { user: users.blue, secretArn: this.secrets.blue },
        green: { user: users.green, secretArn: this.secrets.green },
      },
      activeSecretArn: this.secrets.active,
    };
  }

  /** Values come from bootstrap and rotation only: Terraform would write a stale one back some day. */
  private container(kind: SecretKind, description: string): SecretsmanagerSecret {
    const { prefix, kmsKeyArn, protect } = this.props;
    return new SecretsmanagerSecret(this, kind, {
      name: secretName(prefix, this.name, kind),
      description,
      kmsKeyId: kmsKeyArn,
      recoveryWindowInDays: protect ? RECOVERY_DAYS : 0,
      lifecycle: { preventDestroy: protect },
    });
  }
}
