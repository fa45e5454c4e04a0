import { entriesOf, errorOf } from '../function-log';
import { ROTATOR } from '../installation/model';
import type { Stage } from '../stage';
import { until } from '../wait';
import { CONVERGENCE_MS } from './converged';

/** What the rotator has refused so far, in its own words. */
export function refusals(stage: Stage): readonly string[] {
  return rotatorErrors(stage).filter(isRefusal);
}

/** Whether an error of the rotator is a refusal, by its message. */
export function isRefusal(message: string): boolean {
  return /^Rotation of .* refused/.test(message);
}

/** Messages of the rotator's errors and refusals so far. */
export function rotatorErrors({ system }: Stage): readonly string[] {
  return entriesOf(system.lambda.logsOf(ROTATOR)).flatMap((entry) => {
    const message = errorOf(entry);
    return message === '' ? [] : [message];
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
