import { aligned, indented } from './render';
import { VARIABLES } from './variables';

/** One call of the module with as many wrong values as do not get in each other's way. */
export interface WrongCall {
  /** Values in HCL by variable. */
  readonly values: Record<string, string>;
  /** What is to be said of which variable. */
  readonly rules: Record<string, string>;
}

/** Variables whose rules look at each other: Terraform does not judge by a value that it has refused. */
const APART = [
  ['name', 'users', 'owner_role'],
  ['schedule', 'rollout'],
];

/** Every rule broken once, in few calls: each is a plan, and a plan takes seconds. */
export function wrongCalls(): WrongCall[] {
  const calls: WrongCall[] = [];
  for (const [name, { validations = [] }] of Object.entries(VARIABLES)) {
    for (const { rule, wrong, beside = {} } of validations) {
      const values = { ...beside, [name]: wrong };
      const others = APART.find((group) => group.includes(name)) ?? [];
      const free = calls.find(
        (call) =>
          Object.keys(values).every((one) => !(one in call.values)) &&
          others.every((one) => !(one in call.rules)),
      );
      const call = free ?? { values: {}, rules: {} };
      if (free === undefined) calls.push(call);
      Object.assign(call.values, values);
      call.rules[name] = rule;
    }
  }
  return calls;
}

/**
 * A test file that makes these calls.
 * @param head what every test file begins with: the provider and the values of a right call
 */
export function validationTests(head: string): string {
  const runs = wrongCalls().map(({ values, rules }, index) => {
    const failures = Object.keys(rules).map((name) => `var.${name},\n`);
    return `run "wrong_values_${index + 1}" {
  command = plan

  variables {
${indented(aligned(Object.entries(values)), 4)}  }

  expect_failures = [
${indented(failures.join(''), 4)}  ]
}
`;
  });
  return `${head}${runs.join('\n')}`;
}
