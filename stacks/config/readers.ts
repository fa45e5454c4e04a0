import { readerPattern } from '../../modules/alarms/reader-patterns';
import { executionRoleName } from '../../modules/service/names';
import { LONGEST_PATTERN } from '../../modules/shared/event-pattern';
import { longestOf } from '../../modules/shared/measure';
import { conventionsOf } from '../conventions';
import type { Account } from '../../modules/shared/account';
import { consumerReference } from './consumers';
import type { Configuration, CredentialConfiguration } from './schema';
import { secretsRead } from './strategy';

/** Stands for what only Terraform knows, in patterns that are measured. */
const UNKNOWN: Pick<Account, 'arn' | 'iamArn'> = {
  arn: (service, resource) => `arn:\${p}:${service}:\${r}:\${a}:${resource}`,
  iamArn: (resource) => `arn:\${p}:iam::\${a}:${resource}`,
};

/** Roles that may read what applications read of a credential: of its own services, known by the names they will have, and those given. */
export function activeReaders(
  account: Pick<Account, 'iamArn'>,
  { prefix, import: imported }: Pick<Configuration, 'prefix' | 'import'>,
  { consumers, readerRoleArns }: Pick<CredentialConfiguration, 'consumers' | 'readerRoleArns'>,
): string[] {
  const own = consumers
    .map(consumerReference)
    .filter(({ cluster }) => cluster === undefined)
    .map(
      ({ service }) =>
        imported.services[service]?.executionRole ??
        account.iamArn(`role/${executionRoleName(prefix, service)}`),
    );
  return [...new Set([...own, ...(readerRoleArns ?? [])])];
}

/** @returns why a rule cannot name all who are expected to read what applications read of a credential, or null */
export function readersProblem(
  configuration: Pick<Configuration, 'prefix' | 'operatorRoleArns' | 'import'>,
  name: string,
  credential: CredentialConfiguration,
): string | null {
  const { operatorRoleArns } = configuration;
  const functions = ['${rotator}', '${orchestrator}'];
  const readers = activeReaders(UNKNOWN, configuration, credential);
  const pattern = readerPattern(UNKNOWN, {
    secrets: secretsRead(credential.delivery).map((kind) => conventionsOf(configuration).secret(name, kind)),
    roleArns: [...functions, ...operatorRoleArns, ...readers],
  });
  const { length } = longestOf(pattern);
  if (length <= LONGEST_PATTERN) return null;
  return (
    `has too many readers for alarms.readers: with ${operatorRoleArns.length} operators and ${readers.length} readers the ` +
    `rule's pattern may have ${length} characters, and EventBridge takes ${LONGEST_PATTERN}; let services share a role, or leave alarms.readers out`
  );
}
