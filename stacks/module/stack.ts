import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, type TerraformElement } from 'cdktf';
import type { Node } from 'constructs';
import { RotationStack, type Zips } from '../rotation';
import type { Mapping } from './expressions';
import { NAME, SPECIMEN } from './specimen';

/** The rotation stack of the specimen; its addresses call the credential what it is. */
class SpecimenStack extends RotationStack {
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    return super.allocateLogicalId(element).replace(NAME, 'credential');
  }
}

/** @returns what the stacks synthesize of the specimen, in Terraform's JSON syntax */
export function synthesizeSpecimen(zips: Zips): Mapping {
  const directory = mkdtempSync(path.join(tmpdir(), 'tandem-module-'));
  try {
    // Limits are measured of names, and these are references yet: the module's variables keep to them.
    const app = new App({ stackTraces: false, outdir: directory, skipValidation: true });
    new SpecimenStack(app, 'rotation', SPECIMEN, zips);
    app.synth();
    return JSON.parse(
      readFileSync(path.join(directory, 'stacks', 'rotation', 'cdk.tf.json'), 'utf8'),
    ) as Mapping;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
