import { ROTATOR } from '../installation/model';
import type { Stage } from '../stage';
import { until } from '../wait';
import { CONVERGENCE_MS } from './converged';

/** What the rotator has refused so far, in its own words. */
export function refusals(stage: Stage): readonly string[] {
  return rotatorErrors(stage).filter((message) => /^Rotation of .* refused/.test(message));
}

/** Messages of the rotator's errors and refusals so far. */
export function rotatorErrors({ system }: Stage): readonly string[] {
  return system.lambda
    .logsOf(ROTATOR)
    .split('\n')
    .flatMap((line) => {
      if (!line.startsWith('{')) return [];
      const { error } = JSON.parse(line) as { readonly error?: { readonly message?: string } };
      return error?.message === undefined ? [] : [error.message];
    });
}

/** Waits for a refusal that says this. @param mark how many refusals there were before */
export async function refusalSince(stage: Stage, mark: number, text: string): Promise<string> {
  return await until(
    `a refusal that says "${text}"`,
    stage.signal,
    () =>
      refusals(stage)
        .slice(mark)
        .find((message) => message.includes(text)),
    { deadlineMs: CONVERGENCE_MS, explain: () => refusals(stage).slice(mark).join('\n') },
  );
}
