import { z } from 'zod';
import { codeDeployGroupSchema } from '../../lambda-src/contract/config-document';
import { clusterName, ownServiceName, serviceName, variable } from './patterns';
import { variablesSchema } from './separate-keys';

const controller = z.enum(['ECS', 'CODE_DEPLOY'], {
  error: 'must be ECS or CODE_DEPLOY: a service under EXTERNAL is redeployed by nobody but what deploys it',
});

/** A service to redeploy: one under `services` by its name, or more about it. */
export const consumerSchema = z.union(
  [
    ownServiceName,
    z
      .strictObject({
        service: serviceName.describe('Name of a service under services or, with cluster, of one in ECS.'),
        cluster: clusterName
          .optional()
          .describe('For a service that exists already. Default: one under services'),
        variable: variable
          .optional()
          .describe(
            'Environment variable that gets the URL, for a service under services. Default: DATABASE_URL',
          ),
        variables: variablesSchema(variable),
        controller: controller.optional().describe(`The service's deployment controller. Default: ECS`),
        codeDeploy: codeDeployGroupSchema
          .optional()
          .describe('What deploys the service, under the controller CODE_DEPLOY.'),
      })
      .superRefine(({ cluster, variable: one, variables }, context) => {
        for (const [key, given] of Object.entries({ variable: one, variables })) {
          if (cluster === undefined || given === undefined) continue;
          const message =
            'must be left out together with cluster: the task definition of a service that exists names its variables';
          context.addIssue({ code: 'custom', path: [key], message });
        }
      })
      .refine((entry) => entry.controller !== 'CODE_DEPLOY' || entry.cluster !== undefined, {
        path: ['controller'],
        error: 'must be ECS for a service under services; one that exists is named with its cluster',
      })
      .refine((entry) => (entry.controller === 'CODE_DEPLOY') === (entry.codeDeploy !== undefined), {
        path: ['codeDeploy'],
        error:
          'must name application and deployment group together with controller: CODE_DEPLOY, and go with no other',
      })
      .refine((entry) => entry.variables === undefined || entry.variable === undefined, {
        path: ['variables'],
        error: 'must be left out together with variable: its key url says the same',
      }),
  ],
  {
    error:
      'must be the name of a service under services, {service, variable}, or {cluster, service} of one that exists',
  },
);
