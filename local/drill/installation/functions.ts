import { readFileSync } from 'node:fs';
import { AddPermissionCommand, CreateFunctionCommand } from '@aws-sdk/client-lambda';
import { orchestratorVariables, rotatorVariables } from '../../../lambda-src/contract/environment';
import { DATABASE, DEFAULT_TIMEOUTS, ORCHESTRATOR, PREFIX, ROTATOR, type InstallationOptions } from './model';

/** Both functions from their real zips, and the permission that Secrets Manager needs. */
export async function createFunctions(options: InstallationOptions, adminSecretArn: string): Promise<void> {
  const { clients, zips, database, timeouts = DEFAULT_TIMEOUTS } = options;
  const writer = { host: database.host, port: database.port };
  const functions = [
    {
      name: ROTATOR,
      zip: zips.rotator,
      timeout: timeouts.rotator,
      variables: rotatorVariables({
        prefix: PREFIX,
        database: { writer, lockDatabase: DATABASE, adminSecretArn },
        caBundle: database.caPem,
      }),
    },
    {
      name: ORCHESTRATOR,
      zip: zips.orchestrator,
      timeout: timeouts.orchestrator,
      variables: orchestratorVariables({ prefix: PREFIX, rotator: ROTATOR }),
    },
  ];
  for (const { name, zip, timeout, variables } of functions) {
    await clients.lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: 'nodejs22.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        Role: `arn:aws:iam::000000000000:role/${name}`,
        Code: { ZipFile: readFileSync(zip) },
        Timeout: timeout,
        MemorySize: 256,
        Environment: { Variables: variables },
      }),
    );
  }
  await clients.lambda.send(
    new AddPermissionCommand({
      FunctionName: ROTATOR,
      StatementId: 'secrets-manager',
      Action: 'lambda:InvokeFunction',
      Principal: 'secretsmanager.amazonaws.com',
    }),
  );
}
