import { check, type Block, type Check, type Question, type Scanned } from './check';

/** A statement of a policy document, as `data.aws_iam_policy_document` has it. */
interface Statement {
  readonly effect?: string;
  readonly actions?: readonly string[];
  readonly resources?: readonly string[];
  readonly principals?: readonly { readonly type: string; readonly identifiers: readonly string[] }[];
  readonly condition?: readonly unknown[];
}

const DOCUMENT = ['data.aws_iam_policy_document'];

const POLICIES = ['aws_iam_role_policy'];

/** Actions that know no resource, as far as they are used here. Source: Service Authorization Reference. */
const UNRESTRICTABLE = /^(ecr:GetAuthorizationToken|ecs:DescribeTaskDefinition|ec2:Describe\w+)$/;
const READING = /:(Get|List|Describe|BatchGet)/;
const PERMISSIONS =
  /^kms:(CreateGrant|PutKeyPolicy|RetireGrant|RevokeGrant)$|:(Put|Delete)ResourcePolicy$|^iam:/;
const CREDENTIALS = /^(ecr:GetAuthorizationToken|sts:|iam:Create(AccessKey|LoginProfile)|rds-db:connect)/;
const DATA = /^(s3:GetObject|ssm:GetParameters?(ByPath)?|secretsmanager:GetSecretValue)$/;
/** Ways to more rights than one was given; each is enough by itself. */
const ESCALATION =
  /^(iam:(Put|Attach|Create|Update)\w+|lambda:UpdateFunctionCode|ssm:(SendCommand|StartSession))$/;

function allowed({ block }: Scanned): readonly Statement[] {
  return ((block['statement'] ?? []) as Statement[]).filter(({ effect }) => effect !== 'Deny');
}

/**
 * Whether no statement allows on every resource, without any condition, what the filter finds. As the library that checkov
 * asks: actions that know no resource are not counted unless said.
 */
function none(filter: (action: string) => boolean, example: string, evenUnrestrictable = false): Question {
  return {
    holds: (it) =>
      !allowed(it).some(
        ({ actions = [], resources = [], condition = [] }) =>
          resources.includes('*') &&
          condition.length === 0 &&
          actions.some((action) => filter(action) && (evenUnrestrictable || !UNRESTRICTABLE.test(action))),
      ),
    offender: { statement: [{ actions: [example], resources: ['*'] }] },
  };
}

const restrictable: Question = {
  // Some versions of the library heed conditions and others do not: as strict as the strictest.
  holds: (it) =>
    !allowed(it).some(
      ({ actions = [], resources = [] }) =>
        resources.includes('*') && actions.some((action) => !UNRESTRICTABLE.test(action)),
    ),
  offender: { statement: [{ actions: ['ecs:ListTasks'], resources: ['*'], condition: [{}] }] },
};

const noStar: Question = {
  holds: (it) => !allowed(it).some(({ actions = [] }) => actions.includes('*')),
  offender: { statement: [{ actions: ['*'], resources: ['a'] }] },
};

export const noEverybody: Question = {
  holds: (it) =>
    !allowed(it).some(({ principals = [] }) =>
      principals.some(({ type, identifiers }) => type !== 'Service' && identifiers.includes('*')),
    ),
  offender: { statement: [{ actions: ['a:B'], principals: [{ type: 'AWS', identifiers: ['*'] }] }] },
};

/** The document that a policy is made of; a policy that is made otherwise has none, and would not be looked at. */
function documentOf({ block, stack }: Scanned, key: string): Block | undefined {
  const [, address] = /^\$\{data\.aws_iam_policy_document\.([^.]+)\.json\}$/.exec(String(block[key])) ?? [];
  return address === undefined ? undefined : stack.data('aws_iam_policy_document').get(address);
}

/** The same question, of the document that a policy is made of. */
export function ofDocument(key: string, question: Question): Question {
  return {
    holds: (it) => {
      const block = documentOf(it, key);
      return block !== undefined && question.holds({ ...it, block });
    },
    offender: { [key]: '{"Statement": []}' },
  };
}

const madeOfDocument: Question = {
  holds: (it) => documentOf(it, 'policy') !== undefined,
  offender: { policy: '{"Statement": []}' },
};

/** Every check of what a policy's text says looks at the documents; here a policy must only be made of one. */
const asDocument = (id: Check['id'], asks: string) => check(id, asks, POLICIES, madeOfDocument);

export const DOCUMENTS: readonly Check[] = [
  check('CKV_AWS_1', 'allows no administration of everything', DOCUMENT, noStar),
  check('CKV_AWS_49', 'allows no `*` as an action', DOCUMENT, noStar),
  check(
    'CKV_AWS_107',
    'exposes no credentials',
    DOCUMENT,
    none((it) => CREDENTIALS.test(it), 'sts:AssumeRole', true),
  ),
  check(
    'CKV_AWS_108',
    'lets no data out',
    DOCUMENT,
    none((it) => DATA.test(it), 's3:GetObject'),
  ),
  check(
    'CKV_AWS_109',
    'manages no permissions without constraint',
    DOCUMENT,
    none((it) => PERMISSIONS.test(it), 'kms:PutKeyPolicy'),
  ),
  check(
    'CKV_AWS_110',
    'allows no privilege escalation',
    DOCUMENT,
    none((it) => ESCALATION.test(it), 'iam:PutRolePolicy'),
  ),
  check(
    'CKV_AWS_111',
    'writes nothing without constraint',
    DOCUMENT,
    none((it) => !READING.test(it), 'sqs:SendMessage'),
  ),
  check('CKV_AWS_283', 'allows no principal of everybody', DOCUMENT, noEverybody),
  check('CKV_AWS_356', 'allows `*` as a resource only where nothing narrower exists', DOCUMENT, restrictable),
  asDocument('CKV_AWS_62', 'allows no administration of everything'),
  asDocument('CKV_AWS_63', 'allows no `*` as an action'),
  asDocument('CKV_AWS_286', 'allows no privilege escalation'),
  asDocument('CKV_AWS_287', 'exposes no credentials'),
  asDocument('CKV_AWS_288', 'lets no data out'),
  asDocument('CKV_AWS_289', 'manages no permissions without constraint'),
  asDocument('CKV_AWS_290', 'writes nothing without constraint'),
  asDocument('CKV_AWS_355', 'allows `*` as a resource only where nothing narrower exists'),
  asDocument('CKV2_AWS_40', 'allows not the whole of IAM'),
  check(
    'CKV_AWS_60',
    'is assumed by named services or principals only',
    ['aws_iam_role'],
    ofDocument('assume_role_policy', noEverybody),
  ),
  check(
    'CKV_AWS_61',
    'is assumed by no principal of everybody',
    ['aws_iam_role'],
    ofDocument('assume_role_policy', noEverybody),
  ),
  check('CKV_AWS_274', 'has not the policy AdministratorAccess', ['aws_iam_role'], {
    holds: ({ block }) => !JSON.stringify(block['managed_policy_arns'] ?? []).includes('AdministratorAccess'),
    offender: { managed_policy_arns: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
  }),
  check('CKV_AWS_33', 'is opened to nobody by `*`', ['aws_kms_key'], ofDocument('policy', noEverybody)),
  check('CKV2_AWS_64', 'has a policy', ['aws_kms_key'], madeOfDocument),
  check('CKV_AWS_169', 'is not public', ['aws_sns_topic_policy'], ofDocument('policy', noEverybody)),
  check(
    'CKV_AWS_385',
    'is not open to other accounts',
    ['aws_sns_topic_policy'],
    ofDocument('policy', noEverybody),
  ),
  check('CKV_AWS_72', 'allows no `*` as an action', ['aws_sqs_queue_policy'], ofDocument('policy', noStar)),
  check('CKV_AWS_168', 'is not public', ['aws_sqs_queue_policy'], ofDocument('policy', noEverybody)),
  check('CKV_AWS_387', 'is not public by `*`', ['aws_sqs_queue_policy'], ofDocument('policy', noEverybody)),
];
