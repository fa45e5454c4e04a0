import { AwsError } from '../endpoint/seams';
import type { FunctionRecord, Statement } from './model';

type Input = Readonly<Record<string, unknown>>;

/** The statement that AddPermission's input asks for. @throws AwsError where it is not well formed */
export function statementOf(record: FunctionRecord, input: Input): Statement {
  const text = (name: string) => {
    const value = input[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [sid, action, principal] = [text('StatementId'), text('Action'), text('Principal')];
  if (sid === undefined || action === undefined || principal === undefined) {
    throw new AwsError('InvalidParameterValueException', 'StatementId, Action and Principal are required.');
  }
  if (record.statements.some(({ Sid }) => Sid === sid)) {
    throw new AwsError(
      'ResourceConflictException',
      `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      409,
    );
  }
  const [sourceArn, sourceAccount] = [text('SourceArn'), text('SourceAccount')];
  const condition = {
    ...(sourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': sourceAccount } }),
    ...(sourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': sourceArn } }),
  };
  return {
    Sid: sid,
    Effect: 'Allow',
    Principal: principalOf(principal, record.arn),
    Action: action,
    Resource: record.arn,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
}

/** The policy document of GetPolicy. */
export function policyOf(record: FunctionRecord): string {
  return JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: record.statements });
}

/** Whether a service may invoke the function for a source; see FunctionInvoker.mayInvoke. */
export function permits(record: FunctionRecord, principal: string, sourceArn?: string): boolean {
  const account = record.arn.split(':')[4];
  return record.statements.some(({ Principal, Action, Condition }) => {
    const who =
      typeof Principal === 'string' ? Principal : 'Service' in Principal ? Principal.Service : undefined;
    if (who !== '*' && who !== principal) return false;
    if (!['lambda:InvokeFunction', 'lambda:*', '*'].includes(Action)) return false;
    const pattern = Condition?.['ArnLike']?.['AWS:SourceArn'];
    if (pattern !== undefined && (sourceArn === undefined || !arnLike(pattern, sourceArn))) return false;
    const sourceAccount = Condition?.['StringEquals']?.['AWS:SourceAccount'];
    return sourceAccount === undefined || sourceAccount === account;
  });
}

function principalOf(principal: string, functionArn: string): Statement['Principal'] {
  if (principal === '*') return principal;
  if (/^\d{12}$/.test(principal))
    return { AWS: `arn:${functionArn.split(':')[1] ?? 'aws'}:iam::${principal}:root` };
  return principal.startsWith('arn:') ? { AWS: principal } : { Service: principal };
}

/** ArnLike: `*` stands for any characters, `?` for one. */
function arnLike(pattern: string, arn: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(arn);
}
