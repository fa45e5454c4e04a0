import { latest, type Parameter } from './model';
import type { SsmContext } from './store';

/**
 * `Parameter Store Change`, of every write of a parameter (Systems Manager User Guide, "Amazon EventBridge event examples
 * for Systems Manager"). It says nothing of the value.
 */
export function announceChange(
  { events }: SsmContext,
  parameter: Parameter,
  operation: 'Create' | 'Update' | 'Delete' | 'LabelParameterVersion',
): void {
  const { type, description } = latest(parameter);
  events.emit({
    source: 'aws.ssm',
    detailType: 'Parameter Store Change',
    resources: [parameter.arn],
    detail: {
      operation,
      name: parameter.name,
      type,
      ...(description === undefined ? {} : { description }),
    },
  });
}
