import { parse } from 'yaml';
import { z } from 'zod';
import { AwsError } from '../endpoint/seams';

/** The requests served, and the AppSpec, parsed once at the edge. */

const text = z.string().min(1);
const group = { applicationName: text, deploymentGroupName: text };
const minutes = z.number().int().min(0).max(2_880);

export const requests = {
  CreateApplication: z.object({ applicationName: text, computePlatform: z.literal('ECS') }),
  CreateDeploymentGroup: z.object({
    ...group,
    serviceRoleArn: text,
    ecsServices: z.array(z.object({ serviceName: text, clusterName: text })).length(1),
    blueGreenDeploymentConfiguration: z
      .looseObject({
        terminateBlueInstancesOnDeploymentSuccess: z
          .looseObject({ terminationWaitTimeInMinutes: minutes.optional() })
          .optional(),
      })
      .optional(),
    autoRollbackConfiguration: z.looseObject({ enabled: z.boolean().optional() }).optional(),
  }),
  GetDeploymentGroup: z.object(group),
  CreateDeployment: z.object({
    ...group,
    revision: z.object({
      revisionType: z.literal('AppSpecContent'),
      appSpecContent: z.object({ content: text }),
    }),
  }),
  GetDeployment: z.object({ deploymentId: text }),
  StopDeployment: z.object({ deploymentId: text, autoRollbackEnabled: z.boolean().optional() }),
} as const;

export type OperationName = keyof typeof requests;
export type RequestOf<Name extends OperationName> = z.infer<(typeof requests)[Name]>;

/** Source: "AppSpec 'resources' section for Amazon ECS deployments", CodeDeploy User Guide. */
const appSpec = z.object({
  version: z.union([z.literal(0), z.literal('0.0')]),
  Resources: z
    .array(
      z.object({
        TargetService: z.object({
          Type: z.literal('AWS::ECS::Service'),
          Properties: z.looseObject({
            TaskDefinition: text,
            LoadBalancerInfo: z.object({ ContainerName: text, ContainerPort: z.number().int() }),
          }),
        }),
      }),
    )
    .length(1),
});

/**
 * @returns the task definition that an AppSpec names
 * @throws AwsError InvalidRevisionException
 */
export function taskDefinitionIn(content: string): string {
  const parsed = appSpec.safeParse(parse(content));
  const definition = parsed.data?.Resources[0]?.TargetService.Properties.TaskDefinition;
  if (definition !== undefined) return definition;
  const wrong = parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  throw new AwsError('InvalidRevisionException', `The AppSpec is wrong: ${wrong.join('; ')}`);
}
