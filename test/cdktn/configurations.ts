import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { ConfigurationInput } from '../../stacks/config/schema';
import { example } from '../stacks/support/synthesis';

const ROOT = path.join(__dirname, '..', '..');

/** Configurations that together use every construct: the files that the project ships, and what those leave out. */
export function configurations(): Readonly<Record<string, ConfigurationInput>> {
  return {
    ...shipped(),
    'an Aurora cluster, serverless': example((it) => {
      it.database = { name: 'shop', aurora: { serverless: { min: 0.5, max: 2 } } };
    }),
    'a database, a cluster and a topic that exist, state in S3': example((it) => {
      it.database = {
        name: 'shop',
        existing: {
          instanceIdentifier: 'shop-db',
          adminSecretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:admin-AbCdEf',
          clientSecurityGroupIds: ['sg-0123456789abcdef0'],
        },
      };
      it.cluster = 'shop';
      it.alarms = { topicArn: 'arn:aws:sns:eu-central-1:111122223333:alarms' };
      it.backend = { s3: { bucket: 'states', region: 'eu-west-1' } };
    }),
    'endpoints, a permissions boundary, tags, Terraform Cloud': example((it) => {
      it.network = { ...it.network, endpoints: true };
      it.permissionsBoundaryArn = 'arn:aws:iam::111122223333:policy/bound';
      it.tags = { team: 'shop' };
      it.backend = { cloud: { organization: 'shop', project: 'databases' } };
      it.protect = false;
    }),
  };
}

function shipped(): Record<string, ConfigurationInput> {
  const examples = path.join(ROOT, 'examples');
  const folders = existsSync(examples)
    ? readdirSync(examples).map((name) => path.join('examples', name))
    : [];
  return Object.fromEntries(
    ['.', ...folders]
      .map((folder) => path.join(folder, 'tandem.yaml'))
      .filter((file) => existsSync(path.join(ROOT, file)))
      .map((file) => [file, parse(readFileSync(path.join(ROOT, file), 'utf8')) as ConfigurationInput]),
  );
}
