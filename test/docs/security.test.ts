import { readFileSync } from 'node:fs';
import path from 'node:path';
import { synthesize, type Synthesized } from '../stacks/support/synthesis';

const text = readFileSync(path.join(__dirname, '..', '..', 'docs', 'security.md'), 'utf8');

/** Actions by statement, as the table under a heading lists them. */
function told(heading: string): unknown[] {
  const section = text.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^\| `(\w+)` +\| ([^|]+?) +\|/gm)].map(([, statement, actions = '']) => [
    statement,
    [...actions.matchAll(/`([\w:]+)`/g)].map(([, action]) => action),
  ]);
}

/** Actions by statement, as a synthesized policy allows them. */
function allowed(stack: Synthesized, address: string): unknown[] {
  return stack
    .statements(address)
    .filter(({ effect }) => effect !== 'Deny')
    .map(({ sid, actions }) => [sid, actions]);
}

describe('docs/security.md lists exactly what is allowed', () => {
  const { rotation, service } = synthesize();

  it.each([
    ['The rotator', rotation, 'rotator_function_policy'],
    ['The orchestrator', rotation, 'orchestrator_function_policy'],
    ['What starts a task', service, 'web_execution-policy'],
  ] as const)('%s', (heading, stack, address) => {
    expect(told(heading)).toEqual(allowed(stack, address));
    expect(told(heading)).not.toEqual([]);
  });
});
