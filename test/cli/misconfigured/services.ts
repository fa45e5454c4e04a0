import {
  CreateClusterCommand,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DeleteServiceCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { CLUSTER } from '../../../local/drill/installation/model';
import type { Stage } from '../../../local/drill/stage';
import { changed, deleted } from './parameters';
import type { Misconfiguration, Seed } from './model';

interface Options extends Pick<
  CreateServiceCommandInput,
  'deploymentConfiguration' | 'deploymentController'
> {
  readonly registered?: boolean;
  /** Another one than the consumers'. */
  readonly cluster?: string;
  readonly codeDeploy?: { readonly application: string; readonly deploymentGroup: string };
}

/** A service without tasks, which reads something else than it ought to, by variable. */
export const serviceReading =
  (
    name: string,
    read: (stage: Stage) => Readonly<Record<string, string>>,
    { registered = true, cluster = CLUSTER, codeDeploy, ...deploying }: Options = {},
  ): Seed =>
  async (scene) => {
    const { ecs } = scene.stage.clients;
    const secrets = Object.entries(read(scene.stage)).map(([variable, valueFrom]) => ({
      name: variable,
      valueFrom,
    }));
    const container = { name, image: 'application', secrets };
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: name,
        networkMode: 'awsvpc',
        containerDefinitions: [container],
      }),
    );
    if (cluster !== CLUSTER) await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
    await ecs.send(
      new CreateServiceCommand({
        cluster,
        serviceName: name,
        taskDefinition: taskDefinition?.taskDefinitionArn,
        desiredCount: 0,
        ...deploying,
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-00000000'] } },
      }),
    );
    const consumers = [{ cluster, service: name, ...(codeDeploy && { codeDeploy }) }];
    const undo = registered ? await changed('config', () => ({ consumers }))(scene) : () => Promise.resolve();
    return async () => {
      await undo();
      await ecs.send(new DeleteServiceCommand({ cluster, service: name, force: true }));
    };
  };

/** The same, whatever the variables are called. */
const service = (name: string, valuesFrom: (stage: Stage) => readonly string[], options?: Options): Seed =>
  serviceReading(
    name,
    (stage) => Object.fromEntries(valuesFrom(stage).map((value, index) => [`SECRET_${index}`, value])),
    options,
  );

/** Reads what a consumer ought to read. */
const reader = ({ installation }: Stage) => [`${installation.secrets.active}:url::`];

/** What can be wrong with the record's copies, and with services. */
export const SERVICES: readonly Misconfiguration[] = [
  ['a lost record', deleted('record'), 'record', 'fail', /no readable record: run bootstrap, or restore it/],
  ['a lost pointer', deleted('pointer'), 'pointer', 'warn', /the next look publishes it again/],
  [
    'a consumer that was deleted',
    changed('config', () => ({ consumers: [{ cluster: CLUSTER, service: 'gone' }] })),
    `consumer ${CLUSTER}/gone`,
    'fail',
    /does not exist, or is inactive: create it, or take it out of the configuration/,
  ],
  [
    'a valueFrom that names a slot',
    service('reads-blue', ({ installation }) => [`${installation.secrets.blue}:url::`]),
    `consumer ${CLUSTER}/reads-blue`,
    'fail',
    /reads the secret of blue, which is not always active: it has to read arn:/,
  ],
  [
    'a valueFrom that names a version',
    service('reads-old', ({ installation }) => [`${installation.secrets.active}:url:AWSPREVIOUS:`]),
    `consumer ${CLUSTER}/reads-old`,
    'fail',
    /does not read AWSCURRENT of .*: mend its valueFrom/,
  ],
  [
    'a consumer that reads two keys',
    service('reads-keys', ({ installation: { secrets } }) => [
      `${secrets.active}:username::`,
      `${secrets.active}:password::`,
    ]),
    `consumer ${CLUSTER}/reads-keys`,
    'warn',
    /may get the old name with the new password: read the key url/,
  ],
  [
    'a bake time that is longer than a rollout may take',
    service('bakes-long', reader, {
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 60 },
    }),
    `consumer ${CLUSTER}/bakes-long`,
    'fail',
    /deploys blue\/green, and waits 60 min: every rollout would be reverted before; raise rollout\.deadlineSeconds \(\d+\) above 3600/,
  ],
  [
    'traffic steps that leave a rollout too little time beside another deployment',
    service('shifts-slowly', reader, {
      deploymentConfiguration: {
        strategy: 'LINEAR',
        linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 1 },
      },
    }),
    `consumer ${CLUSTER}/shifts-slowly`,
    'warn',
    /deploys linear, and waits 1 min: .* while somebody deploys may be reverted; raise .* above 120/,
  ],
  [
    'a service under CODE_DEPLOY without its deployment group',
    service('till', reader, { deploymentController: { type: 'CODE_DEPLOY' } }),
    `consumer ${CLUSTER}/till`,
    'fail',
    /CODE_DEPLOY: its consumer must name application and deployment group under codeDeploy/,
  ],
  [
    'a deployment group that does not exist',
    service('lost', reader, {
      deploymentController: { type: 'CODE_DEPLOY' },
      codeDeploy: { application: 'shop', deploymentGroup: 'lost' },
    }),
    `consumer ${CLUSTER}/lost`,
    'fail',
    /names the CodeDeploy deployment group shop\/lost, which does not exist/,
  ],
  [
    'a deployment group of a service that ECS deploys',
    service('rolls', reader, { codeDeploy: { application: 'shop', deploymentGroup: 'rolls' } }),
    `consumer ${CLUSTER}/rolls`,
    'fail',
    /is under the deployment controller ECS: take codeDeploy out of its consumer/,
  ],
];
