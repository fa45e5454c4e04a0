import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ScanComment } from '../modules/shared/scan';
import { stackOutputs } from './output';

/** Blocks by type and address, as Terraform's JSON has them. */
type Blocks = Readonly<Record<string, Readonly<Record<string, { readonly '//'?: Partial<ScanComment> }>>>>;

/** A state, as far as it is looked at here. */
export interface State {
  readonly resource?: Blocks;
  readonly data?: Blocks;
}

/** What checkov takes for known: it tells of nothing that is in it. */
export interface Baseline {
  readonly failed_checks: readonly {
    readonly file: string;
    readonly findings: readonly { readonly resource: string; readonly check_ids: readonly string[] }[];
  }[];
}

/** Its name beside the stacks. */
const FILE = 'checkov.baseline';

/** The skips of synthesized stacks, in the one form that checkov heeds for Terraform's JSON. */
export function scanBaseline(states: Readonly<Record<string, State>>): Baseline {
  return {
    failed_checks: Object.entries(states).map(([file, { resource = {}, data = {} }]) => ({
      file,
      findings: [...findings('resource', resource), ...findings('data', data)],
    })),
  };
}

/**
 * Checks in Python know an element by the kind of its block and its address, those of the graph by its type.
 * Source: bridgecrewio/checkov, checkov/terraform_json/runner.py, checkov/common/output/baseline.py.
 */
function findings(kind: 'resource' | 'data', blocks: Blocks): Baseline['failed_checks'][number]['findings'] {
  return Object.entries(blocks).flatMap(([type, elements]) =>
    Object.entries(elements).flatMap(([address, { '//': comment }]) => {
      const ids = comment?.checkov?.skip.map(({ id }) => id).sort() ?? [];
      if (ids.length === 0) return [];
      const graph = kind === 'data' ? `data.${type}.${address}` : `${type}.${address}`;
      return [`${kind}.${address}`, graph].map((resource) => ({ resource, check_ids: ids }));
    }),
  );
}

/** Writes the baseline of what was synthesized to a directory. */
export function writeScanBaseline(outdir: string): void {
  const states = stackOutputs(outdir)
    .map(({ directory, file }) => path.join(directory, file))
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const name = `/${path.relative(outdir, file).split(path.sep).join('/')}`;
      return [name, JSON.parse(readFileSync(file, 'utf8')) as State] as const;
    });
  const text = JSON.stringify(scanBaseline(Object.fromEntries(states)), null, 2);
  writeFileSync(path.join(outdir, FILE), `${text}\n`);
}
