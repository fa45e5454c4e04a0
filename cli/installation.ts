import { existsSync } from 'node:fs';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { ECSClient } from '@aws-sdk/client-ecs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { QUOTA_PATIENCE } from '../lambda-src/adapters/aws/patience';
import { CREDENTIAL_PATTERN, PREFIX_PATTERN } from '../lambda-src/contract/names';
import { loadConfiguration } from '../stacks/config/load';
import { likely } from '../scripts/likely';
import { CommandError, EXIT } from './exit';

/** How a command finds an installation; every field as it was given. */
export interface Whereabouts {
  readonly config?: string;
  readonly prefix?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
}

/** Clients of the account and region that an installation is in. */
export interface Clients {
  readonly ssm: SSMClient;
  readonly secrets: SecretsManagerClient;
  readonly ecs: ECSClient;
  readonly codeDeploy: CodeDeployClient;
  readonly lambda: LambdaClient;
  readonly sqs: SQSClient;
}

export interface Installation {
  readonly prefix: string;
  readonly clients: Clients;
  /** Names of its credentials, sorted. @throws CommandError where there is none */
  credentials(): Promise<readonly string[]>;
}

/** @throws CommandError, ConfigurationError */
export function openInstallation(where: Whereabouts): Installation {
  const { prefix, region, names } = found(where);
  const settings = clientSettings({ ...where, ...(region === undefined ? {} : { region }) });
  const clients: Clients = {
    ssm: new SSMClient(settings),
    secrets: new SecretsManagerClient(settings),
    ecs: new ECSClient({ ...settings, ...QUOTA_PATIENCE }),
    codeDeploy: new CodeDeployClient(settings),
    lambda: new LambdaClient(settings),
    sqs: new SQSClient(settings),
  };
  return {
    prefix,
    clients,
    credentials: async () => {
      const all = names ?? (await installed(clients.ssm, prefix));
      if (all.length === 0)
        throw new CommandError(
          `There is no credential under /${prefix} in this account and region: see --prefix, --region and --profile.`,
        );
      return [...all].sort();
    },
  };
}

/** Milliseconds. Without a bound the SDK leaves it to TCP, and nothing is said for minutes. */
const CONNECTION_TIMEOUT = 5_000;

/**
 * What clients of the AWS SDK are made with; what was not given they find by themselves.
 * @throws CommandError where an endpoint cannot be one
 */
export function clientSettings({ profile, region, endpointUrl }: Whereabouts) {
  const { AWS_ENDPOINT_URL: variable = '' } = process.env;
  if (endpointUrl !== undefined) refuseEndpoint('--endpoint-url', endpointUrl);
  else if (variable !== '') refuseEndpoint('AWS_ENDPOINT_URL', variable);
  return {
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT },
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
  };
}

/** The SDK says nothing that helps of an endpoint without a scheme: `localhost:4566` is a URL too. */
function refuseEndpoint(from: string, endpoint: string): void {
  if (/^https?:\/\/[^/]/.test(endpoint) && URL.canParse(endpoint)) return;
  throw new CommandError(
    `${from} must be a URL such as http://localhost:4566, not ${JSON.stringify(endpoint)}.`,
    EXIT.usage,
  );
}

interface Found {
  readonly prefix: string;
  readonly region: string | undefined;
  /** Undefined where no configuration was read: then the account is asked. */
  readonly names: readonly string[] | undefined;
}

/** A prefix stands for itself; else the configuration says prefix, region and credentials. */
function found({ config, prefix, region }: Whereabouts): Found {
  const given = prefix ?? (config === undefined ? process.env['TANDEM_PREFIX'] : undefined);
  if (given !== undefined) {
    if (!PREFIX_PATTERN.test(given))
      throw new CommandError(
        `The prefix ${JSON.stringify(given)} must be path segments joined by slashes, without a slash at either end: tandem/prod.`,
        EXIT.usage,
      );
    return { prefix: given, region, names: undefined };
  }
  const file = config ?? process.env['TANDEM_CONFIG'] ?? 'tandem.yaml';
  if (!existsSync(file))
    throw new CommandError(
      `There is no ${file} here: name the installation with --prefix, or its configuration with --config.`,
      EXIT.usage,
    );
  const configuration = loadConfiguration(file);
  return {
    prefix: configuration.prefix,
    region: region ?? configuration.region,
    names: Object.keys(configuration.credentials),
  };
}

/** Every credential has a configuration document. */
async function installed(ssm: SSMClient, prefix: string): Promise<string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm.send(
      new GetParametersByPathCommand({ Path: `/${prefix}`, Recursive: true, NextToken }),
    );
    for (const { Name = '' } of page.Parameters ?? []) {
      const [credential = '', kind, ...rest] = Name.slice(prefix.length + 2).split('/');
      if (kind === 'config' && rest.length === 0 && CREDENTIAL_PATTERN.test(credential))
        names.push(credential);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return names;
}

/**
 * The credential that a command is about: the one named, or the only one there is.
 * @throws CommandError
 */
export async function oneCredential(installation: Installation, named: string | undefined): Promise<string> {
  const all = await installation.credentials();
  if (named === undefined) {
    const [only, ...others] = all;
    if (only !== undefined && others.length === 0) return only;
    throw new CommandError(`Say which credential: ${all.join(', ')}.`, EXIT.usage);
  }
  if (all.includes(named)) return named;
  throw new CommandError(
    `${installation.prefix} has no credential ${named}${likely(named, all)}; it has ${all.join(', ')}.`,
    EXIT.usage,
  );
}
