import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { shellBlock } from '../support/markdown';
import { PINNED } from './installed';

const ROOT = path.join(__dirname, '..', '..');
const PAGE = path.join(ROOT, 'docs', 'cdktn.md');

/** What a fresh clone does not have. */
const MADE = new Set(['node_modules', 'dist', 'cdktf.out', 'coverage', '.git', '.install-lock']);

const STACKS = ['database', 'rotation', 'service'] as const;

let directory: string;
let clone: string;

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'tandem-cdktn-'));
  clone = path.join(directory, 'clone');
  cpSync(ROOT, clone, { recursive: true, filter: (file) => !MADE.has(path.basename(file)) });
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const synthesized = (out: string, stack: string): string =>
  readFileSync(path.join(out, 'stacks', stack, 'cdk.tf.json'), 'utf8');

describe('docs/cdktn.md, for a clone', () => {
  it('its steps end in the same Terraform, on CDK Terrain', () => {
    const before = path.join(directory, 'before');
    execFileSync(process.execPath, ['--import', 'tsx', 'main.ts'], {
      cwd: ROOT,
      env: { ...process.env, CDKTF_OUTDIR: before },
    });
    execFileSync('bash', ['-euo', 'pipefail', '-c', shellBlock(PAGE, 'A clone')], { cwd: clone });
    for (const stack of STACKS) {
      const after = synthesized(path.join(clone, 'cdktf.out'), stack);
      expect(after).toContain(`"version": "${PINNED['cdktn'] ?? ''}"`);
      const asBefore = after.replace(`"version": "${PINNED['cdktn'] ?? ''}"`, '"version": "0.21.0"');
      expect([stack, asBefore]).toEqual([stack, synthesized(before, stack)]);
    }
  }, 900_000);

  it('names the versions that are tested', () => {
    const page = readFileSync(PAGE, 'utf8');
    for (const name of ['cdktn', '@cdktn/provider-aws']) {
      const versions = [...page.matchAll(new RegExp(`(?<=\\s)${name}@([\\d.]+)`, 'g'))].map(
        ([, found]) => found,
      );
      expect([name, [...new Set(versions)]]).toEqual([name, [PINNED[name]]]);
    }
  });
});
