import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import path from 'node:path';
import type { Clients } from '../../local/drill/installation/model';
import { blocks } from '../support/markdown';
import { ROOT } from './tools';

/** The `aws` commands under a heading of a page, each as one line. @throws Error where there are none */
export function awsCommands(page: string, heading: string): string[] {
  const commands = blocks(path.join(ROOT, page), heading, 'sh')
    .flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'))
    .filter((line) => line.startsWith('aws '));
  if (commands.length === 0) throw new Error(`${page} has no aws command under "${heading}"`);
  return commands;
}

/**
 * Runs a command of the aws command line through the SDK: those that pages tell people to run.
 * @param variables of the shell @returns what it prints @throws Error where no page has had such a command so far
 */
export async function aws(
  clients: Clients,
  command: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const words = command
    .replaceAll(/\$(\w+)/g, (_, name: string) => variables[name] ?? '')
    .matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g);
  const [, service, operation, ...rest] = [...words].map(([, one, two, three]) => one ?? two ?? three ?? '');
  const option = (name: string): string => rest[rest.indexOf(`--${name}`) + 1] ?? '';
  switch (`${service ?? ''} ${operation ?? ''}`) {
    case 'lambda invoke': {
      const invoked = await clients.lambda.send(
        new InvokeCommand({ FunctionName: option('function-name'), Payload: option('payload') }),
      );
      return Buffer.from(invoked.Payload ?? []).toString('utf8');
    }
    case 'ssm get-parameter': {
      const { Parameter } = await clients.ssm.send(new GetParameterCommand({ Name: option('name') }));
      return Parameter?.Value ?? '';
    }
    case 'secretsmanager get-secret-value': {
      const SecretId = option('secret-id');
      return (await clients.secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? '';
    }
    case 'ecs update-service':
      await clients.ecs.send(
        new UpdateServiceCommand({
          cluster: option('cluster'),
          service: option('service'),
          forceNewDeployment: rest.includes('--force-new-deployment'),
        }),
      );
      return '';
    default:
      throw new Error(`No page has had this command so far: ${command}`);
  }
}
