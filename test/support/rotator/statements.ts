import { Client } from 'pg';
import type { RotatorDependencies } from '../../../lambda-src/rotator/dependencies';
import { instrumented, PARAMETER_STORE, SECRET_STORE, type Gate } from '../instrumented';

/**
 * Runs work whose every SQL statement and every AWS call goes through a gate, so that statements and calls are counted
 * and died at alike. Statements are caught where the driver is handed them: none that the code makes can be missed.
 */
export async function throughGate<T>(
  dependencies: RotatorDependencies,
  gate: Gate,
  work: (dependencies: RotatorDependencies) => Promise<T>,
): Promise<T> {
  const original: unknown = Reflect.get(Client.prototype, 'query');
  if (typeof original !== 'function') throw new Error('the driver has no query');
  const query = function (this: Client, ...args: unknown[]): Promise<unknown> {
    const text = typeof args[0] === 'string' ? args[0] : 'a statement';
    const kind = /^\s*(SELECT|SET)\b/i.test(text) ? 'read' : 'effect';
    return gate({ kind, name: `sql ${said(text)}` }, async () => {
      const answer: unknown = await Reflect.apply(original, this, args);
      return answer;
    });
  };
  Reflect.set(Client.prototype, 'query', query);
  try {
    return await work({
      ...dependencies,
      secrets: instrumented(dependencies.secrets, SECRET_STORE, gate),
      parameters: instrumented(dependencies.parameters, PARAMETER_STORE, gate),
    });
  } finally {
    Reflect.set(Client.prototype, 'query', original);
  }
}

/** A statement without its quoted parts: they hold verifiers, and names that differ from run to run. */
function said(text: string): string {
  return text
    .replace(/'[^']*'/g, "'…'")
    .replace(/\s+/g, ' ')
    .slice(0, 60);
}
