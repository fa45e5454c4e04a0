import { AwsError } from '../endpoint/seams';
import type { Bus } from './bus';
import { isFunction } from './delivery';
import type { Target } from './model';
import type { Input, Operation } from './rules';
import { validateTransformer } from './transform';

/** A rule has at most five targets. */
const MOST_TARGETS = 5;

/** The operations on targets. */
export function targetOperations(bus: Bus): Readonly<Record<string, Operation>> {
  const ruleOf = (input: Input) => bus.rule(String(input['Rule']));
  return {
    PutTargets: (input) => {
      const rule = ruleOf(input);
      const targets = (input['Targets'] ?? []) as readonly Target[];
      targets.forEach(validate);
      const ids = new Set([...rule.targets.keys(), ...targets.map(({ Id }) => Id)]);
      if (ids.size > MOST_TARGETS) {
        throw new AwsError(
          'LimitExceededException',
          'The requested resource exceeds the maximum number allowed.',
        );
      }
      targets.forEach((target) => rule.targets.set(target.Id, target));
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets: (input) => {
      const rule = ruleOf(input);
      for (const id of (input['Ids'] ?? []) as readonly string[]) rule.targets.delete(id);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    ListTargetsByRule: (input) => ({ Targets: [...ruleOf(input).targets.values()] }),
    ListRuleNamesByTarget: (input) => {
      const names = [...bus.rules.values()]
        .filter(({ targets }) => [...targets.values()].some(({ Arn }) => Arn === input['TargetArn']))
        .map(({ name }) => name);
      return { RuleNames: names };
    },
  };
}

function validate(target: Target): void {
  const invalid = (message: string) => new AwsError('ValidationException', message);
  if (!isFunction(target.Arn) && target.Arn.split(':')[2] !== 'sqs') {
    throw invalid(
      `Target ${target.Id}: the local endpoint delivers to Lambda and SQS only, not to ${target.Arn}.`,
    );
  }
  const inputs = [target.Input, target.InputPath, target.InputTransformer].filter(
    (input) => input !== undefined,
  );
  if (inputs.length > 1) {
    throw invalid(
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`,
    );
  }
  if (target.Arn.endsWith('.fifo') && target.SqsParameters?.MessageGroupId === undefined) {
    throw invalid(`Parameter(s) SqsParameters.MessageGroupId must be specified for target: ${target.Id}.`);
  }
  if (target.DeadLetterConfig?.Arn?.endsWith('.fifo') === true) {
    throw invalid(`The dead-letter queue of target ${target.Id} must be a standard queue.`);
  }
  validateTransformer(target);
}
