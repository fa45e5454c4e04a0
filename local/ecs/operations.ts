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
  return {
    ...clusterHandlers(context),
    ...definitionHandlers(context),
    ...serviceHandlers(forServices),
    ...taskHandlers(forTasks),
    TagResource: served(requests.TagResource, (request) => tags.tagResource(context, request)),
    UntagResource: served(requests.UntagResource, (request) => tags.untagResource(context, request)),
    ListTagsForResource: served(requests.ListTagsForResource, (request) =>
      tags.listTagsForResource(context, request),
    ),
  };
}

function served<Schema extends z.ZodType>(
  schema: Schema,
  handle: (request: z.infer<Schema>) => object,
): (input: unknown) => object {
  return (input) => handle(parseRequest(schema, input));
}

function clusterHandlers(context: EcsContext): Handlers {
  return {
    CreateCluster: served(requests.CreateCluster, (request) => clusters.createCluster(context, request)),
    UpdateCluster: served(requests.UpdateCluster, (request) => clusters.updateCluster(context, request)),
    UpdateClusterSettings: served(requests.UpdateCluster, (request) =>
      clusters.updateCluster(context, request),
    ),
    PutClusterCapacityProviders: served(requests.PutClusterCapacityProviders, (request) =>
      clusters.updateCluster(context, request),
    ),
    DescribeClusters: served(requests.DescribeClusters, (request) =>
      clusters.describeClusters(context, request),
    ),
    DeleteCluster: served(requests.DeleteCluster, (request) => clusters.deleteCluster(context, request)),
    ListClusters: served(requests.ListClusters, (request) => clusters.listClusters(context, request)),
  };
}

function definitionHandlers(context: EcsContext): Handlers {
  return {
    RegisterTaskDefinition: served(requests.RegisterTaskDefinition, (request) =>
      definitions.registerTaskDefinition(context, request),
    ),
    DescribeTaskDefinition: served(requests.DescribeTaskDefinition, (request) =>
      definitions.describeTaskDefinition(context, request),
    ),
    DeregisterTaskDefinition: served(requests.DeregisterTaskDefinition, (request) =>
      definitions.deregisterTaskDefinition(context, request),
    ),
    DeleteTaskDefinitions: served(requests.DeleteTaskDefinitions, (request) =>
      definitions.deleteTaskDefinitions(context, request),
    ),
    ListTaskDefinitions: served(requests.ListTaskDefinitions, (request) =>
      definitions.listTaskDefinitions(context, request),
    ),
  };
}

function serviceHandlers(needs: services.ServiceOperations): Handlers {
  return {
    CreateService: served(requests.CreateService, (request) => services.createService(needs, request)),
    UpdateService: served(requests.UpdateService, (request) => services.updateService(needs, request)),
    DescribeServices: served(requests.DescribeServices, (request) =>
      services.describeServices(needs, request),
    ),
    DeleteService: served(requests.DeleteService, (request) => services.deleteService(needs, request)),
    ListServices: served(requests.ListServices, (request) => services.listServices(needs, request)),
    ListServiceDeployments: served(requests.ListServiceDeployments, (request) =>
      serviceDeployments.listServiceDeployments(needs, request),
    ),
    DescribeServiceDeployments: served(requests.DescribeServiceDeployments, (request) =>
      serviceDeployments.describeServiceDeployments(needs, request),
    ),
    StopServiceDeployment: served(requests.StopServiceDeployment, (request) =>
      serviceDeployments.stopServiceDeployment(needs, request),
    ),
  };
}

function taskHandlers(needs: tasks.TaskOperations): Handlers {
  return {
    RunTask: served(requests.RunTask, (request) => tasks.runTask(needs, request)),
    StopTask: served(requests.StopTask, (request) => tasks.stopTask(needs, request)),
    ListTasks: served(requests.ListTasks, (request) => tasks.listTasks(needs, request)),
    DescribeTasks: served(requests.DescribeTasks, (request) => tasks.describeTasks(needs, request)),
    UpdateTaskProtection: served(requests.UpdateTaskProtection, (request) =>
      tasks.updateTaskProtection(needs, request),
    ),
    GetTaskProtection: served(requests.GetTaskProtection, (request) =>
      tasks.getTaskProtection(needs, request),
    ),
  };
}
