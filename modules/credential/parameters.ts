import type { Account } from '../shared/account';
import { parameterKeyStatement, type Statement } from '../shared/policy';
import { parameterArns } from './paths';

export interface ActiveParameters {
  readonly account: Account;
  /** The installation's path. */
  readonly prefix: string;
  /** Key of the credentials' values. */
  readonly kmsKeyArn: string;
  /** Whether there is a credential whose applications read a parameter. */
  readonly parameters: boolean;
}

/** What both functions do with what applications read, where that is a parameter. */
export function activeParameterStatements(props: ActiveParameters): Statement[] {
  const { account, prefix, kmsKeyArn: keyArn, parameters } = props;
  if (!parameters) return [];
  const active = parameterArns(account, prefix, ['active']);
  return [
    { sid: 'ActiveParameters', actions: ['ssm:GetParameters', 'ssm:PutParameter'], resources: active },
    parameterKeyStatement(account, 'ParametersKey', { keyArn, parameterArns: active, write: true }),
  ];
}
