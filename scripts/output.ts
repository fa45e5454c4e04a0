import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

/** What CDKTF says of its output, as far as it is used here. */
interface Manifest {
  readonly stacks: Readonly<
    Record<string, { readonly synthesizedStackPath: string; readonly workingDirectory: string }>
  >;
}

/** A synthesized stack. */
export interface StackOutput {
  readonly name: string;
  /** Where Terraform runs: the configuration, and the assets that it names relative to itself. */
  readonly directory: string;
  /** The configuration in it: `cdk.tf.json`, or `cdk.tf` for HCL. */
  readonly file: string;
}

/** The stacks that a synthesis wrote, in the order of their names. */
export function stackOutputs(outdir: string): StackOutput[] {
  const manifest = JSON.parse(readFileSync(path.join(outdir, 'manifest.json'), 'utf8')) as Manifest;
  return Object.entries(manifest.stacks)
    .map(([name, { synthesizedStackPath, workingDirectory }]) => ({
      name,
      directory: path.join(outdir, workingDirectory),
      file: path.basename(synthesizedStackPath),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Removes what an earlier synthesis in the other language left: Terraform would read both, and everything twice. */
export function removeOtherLanguage(outdir: string): void {
  for (const { directory, file } of stackOutputs(outdir)) {
    rmSync(path.join(directory, file === 'cdk.tf' ? 'cdk.tf.json' : 'cdk.tf'), { force: true });
  }
}
