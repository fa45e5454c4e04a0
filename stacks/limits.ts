import type { TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { brokenLimits, LimitError, type Rendered } from '../modules/shared/limits';

/** What is wrong with each stack of an app; null as long as it was not rendered. */
const STACKS = new WeakMap<IConstruct, Map<TerraformStack, readonly string[] | null>>();

/** Lets the synthesis of the app that a stack is in fail where limits of AWS would be broken: all at once, at its end. */
export function watchLimits(stack: TerraformStack): void {
  const app = stack.node.root;
  const known = STACKS.get(app);
  if (known !== undefined) {
    known.set(stack, null);
    return;
  }
  const stacks = new Map<TerraformStack, readonly string[] | null>([[stack, null]]);
  STACKS.set(app, stacks);
  app.node.addValidation({
    validate: () => {
      for (const [one, found] of stacks) if (found === null) one.toTerraform();
      const problems = [...stacks.values()].flatMap((found) => found ?? []);
      if (problems.length > 0) throw new LimitError(problems);
      return [];
    },
  });
}

/** Measures what a synthesis has rendered. */
export function noteRendered(stack: TerraformStack, rendered: Rendered): void {
  STACKS.get(stack.node.root)?.set(stack, brokenLimits(stack.node.id, rendered));
}
