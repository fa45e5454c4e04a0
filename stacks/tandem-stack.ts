import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import {
  Aspects,
  CloudBackend,
  LocalBackend,
  NamedCloudWorkspace,
  S3Backend,
  TerraformDataSource,
  TerraformElement,
  TerraformOutput,
  TerraformResource,
  TerraformStack,
  type IAspect,
} from 'cdktf';
import { Construct, type IConstruct, type Node } from 'constructs';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { resourceName } from '../modules/shared/naming';
import type { Configuration } from './config/schema';
import type { Conventions } from './config/resolved';
import { conventionsOf } from './conventions';
import { quotedText, withQuotedTexts, type Hcl } from './hcl';
import { importsInto, type Imported } from './imports';
import { noteRendered, watchLimits } from './limits';
import { OUTPUTS, type Outputs } from './outputs';

/** Every provider that has all that is used here. The bindings alone would pin the one they were generated from. */
const PROVIDER = { source: 'hashicorp/aws', version: '>= 5.100.0, < 7.0.0' } as const;

/** The first with write-only arguments. */
const TERRAFORM = '>= 1.11.0';

/** One state file: provider, backend, tags and permissions boundary are the same in each. */
export abstract class TandemStack extends TerraformStack {
  protected readonly conventions: Conventions;
  private readonly imports: readonly Imported[];
  private readonly logicalIds = new Map<string, string>();

  constructor(
    scope: Construct,
    id: string,
    protected readonly configuration: Configuration,
    kind: keyof typeof OUTPUTS,
  ) {
    super(scope, id);
    const { prefix, region, tags } = configuration;
    this.conventions = conventionsOf(configuration);
    this.imports = importsInto(kind, configuration);
    watchLimits(this);
    Aspects.of(this).add(new Importing(this.imports));
    new AwsProvider(this, 'aws', { region });
    this.addOverride('terraform.required_providers.aws', PROVIDER);
    this.backend(id);
    Aspects.of(this).add(new Tags({ ...tags, 'tandem:installation': prefix }));
    if (configuration.permissionsBoundaryArn !== undefined) {
      Aspects.of(this).add(new PermissionsBoundary(configuration.permissionsBoundaryArn));
    }
  }

  /** What CDKTF has no element for is added here: of an override, HCL would show the name alone. */
  override toTerraform(): Record<string, unknown> {
    const rendered = super.toTerraform() as Record<string, unknown> & { terraform: Record<string, unknown> };
    const complete = {
      ...rendered,
      terraform: { ...rendered.terraform, required_version: TERRAFORM },
      ...(this.imports.length === 0 ? {} : { import: this.imports.map(({ to, id }) => ({ to, id })) }),
    };
    noteRendered(this, complete);
    return complete;
  }

  override toHclTerraform(): Hcl {
    const { hcl, metadata } = withQuotedTexts(this, () => super.toHclTerraform() as Hcl);
    const version = `terraform {\n  required_version = "${TERRAFORM}"\n}`;
    const imports = this.imports.map(({ to, id }) => `import {\n  to = ${to}\n  id = "${quotedText(id)}"\n}`);
    return { hcl: [version, hcl, ...imports].map((block) => `${block}\n`).join('\n'), metadata };
  }

  /** @param stack whose outputs these are */
  protected give<Stack extends keyof typeof OUTPUTS>(stack: Stack, values: Outputs<Stack>): void {
    const descriptions: Readonly<Record<string, string>> = OUTPUTS[stack];
    for (const [name, value] of Object.entries(values)) {
      const description = descriptions[name];
      if (description === undefined) throw new Error(`${name} is no output of ${stack}.`);
      new TerraformOutput(this, name, { value, description });
    }
  }

  /** Addresses that people can read, without the hashes that CDKTF adds: they are what an import or a runbook names. */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    const scopes = node.scopes.slice(node.scopes.indexOf(this) + 1);
    const id = scopes
      .filter((scope) => !(scope instanceof Group))
      .map((scope) => scope.node.id)
      .join('_');
    const address = `${typeOf(element)}.${id}`;
    const known = this.logicalIds.get(address);
    if (known !== undefined && known !== node.path)
      throw new Error(`${known} and ${node.path} have one address, ${address}`);
    this.logicalIds.set(address, node.path);
    return id;
  }

  private backend(id: string): void {
    const { backend, prefix } = this.configuration;
    if (backend?.s3 !== undefined) {
      const { bucket, region, keyPrefix, kmsKeyId } = backend.s3;
      const key = `${keyPrefix ?? prefix}/${id}.tfstate`;
      new S3Backend(this, {
        bucket,
        region,
        key,
        encrypt: true,
        ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
      });
      // Newer than the bindings.
      this.addOverride('terraform.backend.s3.use_lockfile', true);
    } else if (backend?.cloud !== undefined) {
      const { organization, hostname, project } = backend.cloud;
      new CloudBackend(this, {
        organization,
        ...(hostname === undefined ? {} : { hostname }),
        workspaces: new NamedCloudWorkspace(resourceName(prefix, [id]), project),
      });
    } else {
      // Where CDKTF keeps it by default, but relative to the stack's own directory instead of this machine's root.
      new LocalBackend(this, { path: `../../../terraform.${id}.tfstate` });
    }
  }
}

/**
 * Holds what the configuration names, apart from what has its name from here: a service may be called `network`. Addresses
 * leave it out.
 */
export class Group extends Construct {}

/** What has addresses of its own: resources of a type, data sources of a type, and the rest. */
function typeOf(element: TerraformElement | Node): string {
  if (element instanceof TerraformResource) return element.terraformResourceType;
  return element instanceof TerraformDataSource ? `data.${element.terraformResourceType}` : '';
}

/** CDKTF's own imports would ask for Terraform at synthesis. */
class Importing implements IAspect {
  constructor(private readonly imports: readonly Imported[]) {}

  visit(node: IConstruct): void {
    if (!(node instanceof TerraformResource)) return;
    const address = `${node.terraformResourceType}.${node.friendlyUniqueId}`;
    const imported = this.imports.find(({ to }) => to === address);
    if (imported === undefined) return;
    const { name, keep } = imported;
    if (name !== undefined) node.addOverride('name', name);
    node.lifecycle = { ...node.lifecycle, ignoreChanges: keep === 'all' ? keep : [...keep] };
  }
}

class Tags implements IAspect {
  constructor(private readonly tags: Readonly<Record<string, string>>) {}

  visit(node: IConstruct): void {
    if (!taggable(node)) return;
    node.tags = { ...this.tags, ...node.tagsInput };
  }
}

type Taggable = IConstruct & {
  tags: Record<string, string>;
  readonly tagsInput: Record<string, string> | undefined;
};

/** Data sources have tags too, as something to search by: those stay as they are. */
function taggable(node: IConstruct): node is Taggable {
  return TerraformResource.isTerraformResource(node) && 'tagsInput' in node && 'tags' in node;
}

class PermissionsBoundary implements IAspect {
  constructor(private readonly arn: string) {}

  visit(node: IConstruct): void {
    if (node instanceof IamRole) node.permissionsBoundary = this.arn;
  }
}
