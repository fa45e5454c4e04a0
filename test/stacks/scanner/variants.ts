import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { ScanComment } from '../../../modules/shared/scan';
import type { ConfigurationInput } from '../../../stacks/config/schema';
import { example, synthesize } from '../support/synthesis';
import type { Block, Scanned } from './check';

const ROOT = path.join(__dirname, '..', '..', '..');
const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1';

/** Installations that together emit every kind of resource, and take every way that a skip depends on. */
export const VARIANTS: Readonly<Record<string, ConfigurationInput>> = {
  'the example at the root': parse(
    readFileSync(path.join(ROOT, 'tandem.yaml'), 'utf8'),
  ) as ConfigurationInput,
  'the smallest': example(),
  'an Aurora cluster, serverless and thrown away': example((it) => {
    it.protect = false;
    it.logRetentionDays = 30;
    const twiceAYear = { blue: { cron: 'cron(0 3 1 1,7 ? *)' }, green: { cron: 'cron(0 3 1 4,10 ? *)' } };
    it.credentials['app'] = { consumers: ['web'], schedule: twiceAYear };
    it.database = { name: 'shop', aurora: { serverless: {} } };
  }),
  'an Aurora cluster of instances, with given keys': example((it) => {
    it.kmsKeyArn = KEY;
    it.operationsKeyArn = KEY;
    it.database = { name: 'shop', aurora: { instanceClass: 'db.r7g.large', storageKeyArn: KEY } };
  }),
  'one secret, rotated at a rate': example((it) => {
    const schedule = (expression: string) => ({ secret: { expression } });
    it.credentials['app'] = {
      consumers: ['web'],
      strategy: 'alternating',
      schedule: schedule('rate(90 days)'),
    };
    it.credentials['slow'] = {
      consumers: [{ service: 'web', variable: 'SLOW_URL' }],
      strategy: 'single',
      schedule: schedule('rate(91 days)'),
    };
  }),
  'a database that exists, in a network that has endpoints': example((it) => {
    const clientSecurityGroupIds = ['sg-7'];
    it.database = { name: 'shop', existing: { instanceIdentifier: 'old', clientSecurityGroupIds } };
    it.network = { vpcId: 'vpc-1', subnetIds: ['subnet-1', 'subnet-2'], endpoints: false };
  }),
  'everything that can be asked for': example((it) => {
    it.network = { vpcId: 'vpc-1', subnetIds: ['subnet-1', 'subnet-2'], taskRouteTableIds: ['rtb-1'] };
    it.alarms = { emails: ['on-call@example.com'], readers: {} };
    it.services = {
      web: {
        image: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/team/web:1',
        port: 8080,
        readonlyRootFilesystem: true,
      },
    };
  }),
};

/** Everything in the states of a variant that a scanner looks at. */
export function scanned(variant: ConfigurationInput): Scanned[] {
  return Object.values(synthesize(variant)).flatMap((stack) => {
    const kinds = [
      ['resource', ''],
      ['data', 'data.'],
    ] as const;
    return kinds.flatMap(([kind, prefix]) => {
      const types = (stack.json[kind] ?? {}) as Record<string, Record<string, Block>>;
      return Object.entries(types).flatMap(([type, blocks]) =>
        Object.entries(blocks).map(([address, block]) => ({
          type: `${prefix}${type}`,
          address,
          block,
          stack,
        })),
      );
    });
  });
}

/** What is skipped in place. */
export function skipsOf({ block }: Scanned): ScanComment['checkov']['skip'] {
  return (block['//'] as Partial<ScanComment> | undefined)?.checkov?.skip ?? [];
}
