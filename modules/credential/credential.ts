import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret';
import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { hasOneSecret, type CredentialDocumentInput } from '../../lambda-src/contract/config-document';
import {
  parameterName,
  secretName,
  type ParameterKind,
  type SecretKind,
} from '../../lambda-src/contract/names';
import { adoptedArn } from './adopted';
import { STANDARD_BYTES } from '../../lambda-src/contract/parameters';
import { longestOf } from '../shared/measure';
import { skipScan } from '../shared/scan';

/** The parameters that containers read, by delivery. */
const READ_PARAMETERS: Readonly<Record<CredentialDocumentInput['delivery'], readonly ParameterKind[]>> = {
  secret: [],
  parameter: ['active'],
  entrypoint: ['pointer'],
};

/** Days that a deleted secret can be restored: Secrets Manager's longest. */
const RECOVERY_DAYS = 30;

const NO_SECRET =
  'The document holds names, ARNs and times, no secret; in plain text, a plan shows what changes.';

export interface CredentialProps {
  /** The installation's path. */
  readonly prefix: string;
  /** The configuration document but for the secrets' ARNs. */
  readonly document: Omit<CredentialDocumentInput, 'slots' | 'activeSecretArn' | 'activeParameterKeyArn'>;
  /** Of the strategy `single`, both are the same. */
  readonly users: { readonly blue: string; readonly green: string };
  /** Key of the secrets. */
  readonly kmsKeyArn: string;
  /** Whether the secrets refuse to be destroyed. */
  readonly protect: boolean;
  /** Name or ARN of a secret that is there already, as the active one of two users. @default one is made */
  readonly adopted?: string | undefined;
}

/** ARNs of a credential's secrets. `active` is left out where applications read a parameter, or pick from the slots. */
export type SecretArns = Readonly<Record<Exclude<SecretKind, 'active'>, string> & { active?: string }>;

/** The secrets of a credential. */
interface Made {
  readonly arns: SecretArns;
  readonly rotated: readonly SecretKind[];
  readonly parts: readonly SecretsmanagerSecret[];
}

/** What one credential consists of: its secrets, without values, and the document that describes it. */
export class Credential extends Construct {
  readonly name: string;
  /** Those of two slots and a copy, or of a strategy with one secret that one. */
  readonly secrets: SecretArns;
  /** The secrets that are rotated: those of both slots, or the only one. */
  readonly rotated: readonly SecretKind[];
  /** Names of the parameters that containers read. */
  readonly parameters: readonly string[];
  /** What must exist before the functions can work on this credential. */
  readonly parts: ITerraformDependable[];
  private readonly props: CredentialProps;

  constructor(scope: Construct, id: string, props: CredentialProps) {
    super(scope, id);
    this.props = props;
    this.name = props.document.credential;
    const made = hasOneSecret(props.document.strategy) ? this.oneSecret() : this.secretPerUser();
    this.secrets = made.arns;
    this.rotated = made.rotated;
    this.parameters = READ_PARAMETERS[props.document.delivery].map((kind) =>
      parameterName(props.prefix, this.name, kind),
    );
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
    this.parts = [...made.parts, parameter];
  }

  private secretPerUser(): Made {
    const { users, adopted, document } = this.props;
    const { blue: first, green: second } = users;
    const blue = this.container('blue', `PostgreSQL user ${first}; rotated while ${second} is in use`);
    const green = this.container('green', `PostgreSQL user ${second}; rotated while ${first} is in use`);
    const slots = { blue: blue.arn, green: green.arn };
    // What applications read besides is a parameter then, which bootstrap makes: Terraform makes nothing that has a value.
    if (document.delivery !== 'secret')
      return { arns: slots, rotated: ['blue', 'green'], parts: [blue, green] };
    const made = adopted === undefined ? this.active() : null;
    const active = made?.arn ?? adoptedArn(this, 'active', adopted ?? '');
    return {
      arns: { ...slots, active },
      rotated: ['blue', 'green'],
      parts: [blue, green, ...(made === null ? [] : [made])],
    };
  }

  private oneSecret(): Made {
    const { users, document } = this.props;
    const { blue: first, green: second } = users;
    const whose = document.strategy === 'single' ? `user ${first}` : `users ${first} and ${second}, in turn`;
    const secret = this.container('active', `The credential to use: PostgreSQL ${whose}`);
    const { arn } = secret;
    return { arns: { blue: arn, green: arn, active: arn }, rotated: ['active'], parts: [secret] };
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
    const { users, document, kmsKeyArn } = this.props;
    const { active } = this.secrets;
    const { delivery } = document;
    return {
      ...document,
      slots: {
        blue: { user: users.blue, secretArn: this.secrets.blue },
        green: { user: users.green, secretArn: this.secrets.green },
      },
      ...(active === undefined ? {} : { activeSecretArn: active }),
      ...(delivery === 'parameter' ? { activeParameterKeyArn: kmsKeyArn } : {}),
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
