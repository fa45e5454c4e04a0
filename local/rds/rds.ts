import {
  AwsError,
  type Clock,
  type JsonService,
  type Place,
  type RawResponse,
  type RawService,
} from '../endpoint/seams';
import { formOf, listIn, textsIn, type Form } from './form';
import { changed, settingsOf, tagsIn, type Instance } from './instance';
import { arnOf, element, instanceXml, nested, tagList, type Address } from './view';

/** The admin of a database. */
export interface Admin {
  readonly username: string;
  readonly password: string;
}

export interface RdsOptions {
  readonly place: Place;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Where the admin secret is kept. */
  readonly secrets: Pick<JsonService, 'handle'>;
  /** The one server that every instance is. */
  readonly server: Address;
  /** Makes the admin, and the first database as its own. */
  readonly provision: (wanted: { readonly username: string; readonly database?: string }) => Promise<Admin>;
}

/** Who calls Secrets Manager for a managed admin password. */
const CALLER = { accessKeyId: 'rds' };
const NAMESPACE = 'http://rds.amazonaws.com/doc/2014-10-31/';

type Operation = (form: Form) => Promise<string> | string;

/**
 * RDS, as far as one DB instance of PostgreSQL with a managed admin password goes: the instance *is* the server of this
 * machine, reached under the name in its certificate, and its admin secret holds `username` and `password` and no more.
 * Parameter groups, subnet groups and everything else are for the forwarding target. Every instance is the same server;
 * deleting one drops no database.
 */
export function createRds(options: RdsOptions): RawService {
  const instances = new Map<string, Instance>();
  const operations: Readonly<Record<string, Operation>> = {
    CreateDBInstance: (form) => create(form, instances, options),
    DescribeDBInstances: (form) =>
      nested(
        'DBInstances',
        found(form, instances).map((one) => nested('DBInstance', [viewOf(one, options)])),
      ),
    ModifyDBInstance: (form) => {
      const instance = named(form, instances);
      const modified = { ...instance, settings: changed(instance.settings, form) };
      instances.set(modified.identifier, modified);
      return nested('DBInstance', [viewOf(modified, options)]);
    },
    DeleteDBInstance: (form) => remove(form, instances, options),
    AddTagsToResource: (form) =>
      retag(form, instances, options, (tags) => new Map([...tags, ...tagsIn(form)])),
    RemoveTagsFromResource: (form) => {
      const gone = new Set(textsIn(form, 'TagKeys'));
      return retag(form, instances, options, (tags) => new Map([...tags].filter(([key]) => !gone.has(key))));
    },
    ListTagsForResource: (form) => tagList(byArn(form, instances, options).settings.tags),
  };
  return {
    operationOf: ({ body }) => formOf(body).get('Action') ?? 'unknown',
    handle: async ({ body }) => {
      const form = formOf(body);
      const action = form.get('Action') ?? 'unknown';
      const run = Object.hasOwn(operations, action) ? operations[action] : undefined;
      if (run === undefined) throw new AwsError('UnknownOperationException', `rds:${action} is not served`);
      return answer(action, await run(form), options.newId());
    },
    close: () => Promise.resolve(),
  };
}

function answer(action: string, result: string, requestId: string): RawResponse {
  const body =
    `<${action}Response xmlns="${NAMESPACE}">` +
    nested(`${action}Result`, [result]) +
    nested('ResponseMetadata', [element('RequestId', requestId)]) +
    `</${action}Response>`;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}

function viewOf(instance: Instance, { server, place }: RdsOptions): string {
  return instanceXml(instance, server, place);
}

async function create(form: Form, instances: Map<string, Instance>, options: RdsOptions): Promise<string> {
  const { server, secrets, newId, clock } = options;
  const identifier = form.get('DBInstanceIdentifier') ?? '';
  if (instances.has(identifier)) throw new AwsError('DBInstanceAlreadyExists', 'DB instance already exists');
  refuseWhatIsNotServed(form, server);
  const database = form.get('DBName');
  const username = form.get('MasterUsername') ?? '';
  const admin = await options.provision({ username, ...(database === undefined ? {} : { database }) });
  const resourceId = `db-${newId().replaceAll('-', '').slice(0, 26).toUpperCase()}`;
  const created = (await secrets.handle({
    operation: 'CreateSecret',
    caller: CALLER,
    input: {
      Name: `rds!${resourceId}`,
      SecretString: JSON.stringify({ username: admin.username, password: admin.password }),
      ClientRequestToken: newId(),
    },
  })) as { readonly ARN: string };
  const instance = {
    identifier,
    resourceId,
    createdAt: clock.now(),
    username,
    adminSecretArn: created.ARN,
    settings: settingsOf(form),
  };
  instances.set(identifier, instance);
  return nested('DBInstance', [viewOf(instance, options)]);
}

/** An instance that would not be what was asked for is refused rather than made. */
function refuseWhatIsNotServed(form: Form, { port, version }: Address): void {
  const major = version.split('.')[0] ?? version;
  const refused = [
    form.get('Engine') === 'postgres' ? '' : 'Engine other than postgres',
    form.get('EngineVersion')?.split('.')[0] === major
      ? ''
      : `EngineVersion other than ${major}, which runs here`,
    form.get('Port') === String(port)
      ? ''
      : `Port other than ${port}, where the server of this machine listens`,
    form.get('ManageMasterUserPassword') === 'true' ? '' : 'an admin password that RDS does not manage',
  ].filter((reason) => reason !== '');
  if (refused.length > 0) {
    throw new AwsError(
      'InvalidParameterCombination',
      `Not served by the local endpoint: ${refused.join('; ')}.`,
    );
  }
}

async function remove(form: Form, instances: Map<string, Instance>, options: RdsOptions): Promise<string> {
  const instance = named(form, instances);
  if (instance.settings.scalars.get('DeletionProtection') === 'true') {
    throw new AwsError(
      'InvalidParameterCombination',
      'Cannot delete protected DB Instance, please disable deletion protection and try again.',
    );
  }
  const input = { SecretId: instance.adminSecretArn, ForceDeleteWithoutRecovery: true };
  await options.secrets.handle({ operation: 'DeleteSecret', caller: CALLER, input });
  instances.delete(instance.identifier);
  return nested('DBInstance', [viewOf(instance, options)]);
}

function found(form: Form, instances: ReadonlyMap<string, Instance>): Instance[] {
  if (form.has('DBInstanceIdentifier')) return [named(form, instances)];
  const filters = listIn(form, 'Filters');
  return [...instances.values()].filter((instance) =>
    filters.every((filter) => {
      const values = textsIn(filter, 'Values');
      switch (filter.get('Name') ?? '') {
        case 'db-instance-id':
          return values.includes(instance.identifier);
        case 'dbi-resource-id':
          return values.includes(instance.resourceId);
        default:
          throw new AwsError(
            'InvalidParameterValue',
            `Unrecognized filter name: ${filter.get('Name') ?? ''}`,
          );
      }
    }),
  );
}

function named(form: Form, instances: ReadonlyMap<string, Instance>): Instance {
  const identifier = form.get('DBInstanceIdentifier') ?? '';
  const instance =
    instances.get(identifier) ?? [...instances.values()].find(({ resourceId }) => resourceId === identifier);
  if (instance === undefined)
    throw new AwsError('DBInstanceNotFound', `DBInstance ${identifier} not found.`, 404);
  return instance;
}

function byArn(form: Form, instances: ReadonlyMap<string, Instance>, { place }: RdsOptions): Instance {
  const arn = form.get('ResourceName') ?? '';
  const instance = [...instances.values()].find(({ identifier }) => arnOf(place, identifier) === arn);
  // Tags of parameter groups and subnet groups are the forwarding target's.
  if (instance === undefined) throw new AwsError('UnknownOperationException', `${arn} is not served`);
  return instance;
}

function retag(
  form: Form,
  instances: Map<string, Instance>,
  options: RdsOptions,
  change: (tags: ReadonlyMap<string, string>) => ReadonlyMap<string, string>,
): string {
  const instance = byArn(form, instances, options);
  const settings = { ...instance.settings, tags: change(instance.settings.tags) };
  instances.set(instance.identifier, { ...instance, settings });
  return '';
}
