import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'cdktf';
import * as tandem from '../../stacks';
import * as modules from '../../modules';
import type { Zips } from '../../stacks';
import { example } from './support/synthesis';

const zips: Zips = {
  rotator: { path: __filename, sha256base64: 'AAAA' },
  orchestrator: { path: __filename, sha256base64: 'AAAA' },
};

const outdir = mkdtempSync(path.join(tmpdir(), 'tandem-library-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** What nobody has to run: that a mistake does not compile. */
export function mistakes(app: App): void {
  // @ts-expect-error a region is needed
  tandem.defineConfiguration({ prefix: 'a/b', database: { name: 'shop', create: {} }, credentials: {} });
  // @ts-expect-error a configuration that was not checked
  tandem.addStacks(app, example());
  // @ts-expect-error no such secret
  tandem.secretName('a/b', 'app', 'standby');
  // @ts-expect-error a key needs to know where it is
  new modules.SecretsKey(app, 'key', { prefix: 'a/b', protect: true });
}

describe('the library', () => {
  it('gives out the stacks and the configuration, and the constructs in a place of their own', () => {
    expect(Object.keys(tandem).sort()).toEqual([
      'ConfigurationError',
      'addStacks',
      'buildStacks',
      'defineConfiguration',
      'loadConfiguration',
      'packagedZips',
      'secretName',
    ]);
    expect(Object.keys(modules)).toEqual(expect.arrayContaining(['Credential', 'Orchestrator', 'Rotator']));
  });

  it('adds the stacks of an installation to somebody’s app, in their order', () => {
    const app = new App({ outdir });
    const stacks = tandem.addStacks(app, tandem.defineConfiguration(example()), zips);
    expect(app.node.children.map(({ node }) => node.id).sort()).toEqual(['database', 'rotation', 'service']);
    expect(stacks.rotation.dependencies).toEqual([stacks.database]);
    expect(stacks.service?.dependencies).toEqual([stacks.rotation]);
  });

  it('makes only the stacks that the configuration asks for', () => {
    const configuration = tandem.defineConfiguration(
      example((it) => {
        it.database = {
          name: 'shop',
          existing: {
            writer: { host: 'db.example' },
            adminSecretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:admin-AbCdEf',
            clientSecurityGroupIds: ['sg-0123456789abcdef0'],
          },
        };
        it.credentials = {
          app: {
            consumers: [{ cluster: 'shop', service: 'web' }],
            readerRoleArns: ['arn:aws:iam::111122223333:role/shop-execution'],
          },
        };
        it.services = {};
      }),
    );
    expect(Object.keys(tandem.addStacks(new App({ outdir }), configuration, zips))).toEqual(['rotation']);
  });
});
