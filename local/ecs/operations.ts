import type { z } from 'zod';
import { AwsError } from '../endpoint/seams';
import * as clusters from './clusters';
import type { EcsContext } from './context';
import { parseRequest, requests } from './requests';
import * as serviceDeployments from './service-deployments';
import * as services from './services';
import * as tags from './tags';
import * as definitions from './task-definitions';
import * as tasks from './tasks';

/** By the operation's name. */
export type Handlers = Readonly<Record<string, (input: unknown) => object>>;

/** @throws AwsError UnknownOperationException for what is not served */
export function dispatch(handlers: Handlers, operation: string, input: unknown): object {
  const handler = Object.hasOwn(handlers, operation) ? handlers[operation] : undefined;
  if (handler === undefined) {
    throw new AwsError('UnknownOperationException', `The local ECS does not serve ${operation}.`);
  }
  return handler(input);
}

/** Every operation served. */
export function operationHandlers(
  context: EcsContext,
  forServices: services.ServiceOperations,
  forTasks: tasks.TaskOperations,
): Handlers {
  const by = handling(context);
  return {
    ...clusterHandlers(context),
    ...definitionHandlers(context),
    ...serviceHandlers(forServices),
    ...taskHandlers(forTasks),
    TagResource: by(requests.TagResource, tags.tagResource),
    UntagResource: by(requests.UntagResource, tags.untagResource),
    ListTagsForResource: by(requests.ListTagsForResource, tags.listTagsForResource),
  };
}

/** What answers a request, once that has the right shape. */
function handling<Context>(context: Context) {
  return <Schema extends z.ZodType>(
      schema: Schema,
      handle: (context: Context, request: z.infer<Schema>) => object,
    ) =>
    (input: unknown): object =>
      handle(context, parseRequest(schema, input));
}

function clusterHandlers(context: EcsContext): Handlers {
  const by = handling(context);
  return {
    CreateCluster: by(requests.CreateCluster, clusters.createCluster),
    UpdateCluster: by(requests.UpdateCluster, clusters.updateCluster),
    UpdateClusterSettings: by(requests.UpdateCluster, clusters.updateCluster),
    PutClusterCapacityProviders: by(requests.PutClusterCapacityProviders, clusters.updateCluster),
    DescribeClusters: by(requests.DescribeClusters, clusters.describeClusters),
    DeleteCluster: by(requests.DeleteCluster, clusters.deleteCluster),
    ListClusters: by(requests.ListClusters, clusters.listClusters),
  };
}

function definitionHandlers(context: EcsContext): Handlers {
  const by = handling(context);
  return {
    RegisterTaskDefinition: by(requests.RegisterTaskDefinition, definitions.registerTaskDefinition),
    DescribeTaskDefinition: by(requests.DescribeTaskDefinition, definitions.describeTaskDefinition),
    DeregisterTaskDefinition: by(requests.DeregisterTaskDefinition, definitions.deregisterTaskDefinition),
    DeleteTaskDefinitions: by(requests.DeleteTaskDefinitions, definitions.deleteTaskDefinitions),
    ListTaskDefinitions: by(requests.ListTaskDefinitions, definitions.listTaskDefinitions),
  };
}

function serviceHandlers(needs: services.ServiceOperations): Handlers {
  const by = handling(needs);
  return {
    CreateService: by(requests.CreateService, services.createService),
    UpdateService: by(requests.UpdateService, services.updateService),
    DescribeServices: by(requests.DescribeServices, services.describeServices),
    DeleteService: by(requests.DeleteService, services.deleteService),
    ListServices: by(requests.ListServices, services.listServices),
    ListServiceDeployments: by(requests.ListServiceDeployments, serviceDeployments.listServiceDeployments),
    DescribeServiceDeployments: by(
      requests.DescribeServiceDeployments,
      serviceDeployments.describeServiceDeployments,
    ),
    StopServiceDeployment: by(requests.StopServiceDeployment, serviceDeployments.stopServiceDeployment),
  };
}

function taskHandlers(needs: tasks.TaskOperations): Handlers {
  const by = handling(needs);
  return {
    RunTask: by(requests.RunTask, tasks.runTask),
    StopTask: by(requests.StopTask, tasks.stopTask),
    ListTasks: by(requests.ListTasks, tasks.listTasks),
    DescribeTasks: by(requests.DescribeTasks, tasks.describeTasks),
    UpdateTaskProtection: by(requests.UpdateTaskProtection, tasks.updateTaskProtection),
    GetTaskProtection: by(requests.GetTaskProtection, tasks.getTaskProtection),
  };
}
