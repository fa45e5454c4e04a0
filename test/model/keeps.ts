import { STRATEGIES, type Strategy } from '../../lambda-src/core/strategy';
import { runApart } from './bundle';
import type { Share } from './half';
import type { Found } from './stories';

/** Runs of this half, and for how long; by default as many as `npm test` has time for. Strategies other than the default play half as many. */
const RUNS = Number(process.env['TANDEM_MODEL_RUNS'] ?? 2_000) / 2;
const MINUTES = Number(process.env['TANDEM_MODEL_MINUTES'] ?? 0);

function seedOf(half: number): number {
  const given = process.env['TANDEM_MODEL_SEED'];
  if (given === undefined) return Math.trunc(Date.now() % 1e9) * 2 + half;
  // A path belongs to the very seed that was printed with it.
  return process.env['TANDEM_MODEL_PATH'] === undefined ? Number(given) + half : Number(given);
}

/**
 * Declares the test that plays one half of the stories of a strategy: two files, so that two processes share the work.
 * A failure prints the story and the seed to replay it with.
 */
export function declareHalf(half: 0 | 1): void {
  const only = process.env['TANDEM_MODEL_STRATEGY'];
  for (const strategy of STRATEGIES) if (only === undefined || only === strategy) declare(half, strategy);
}

function declare(half: 0 | 1, strategy: Strategy): void {
  const runs = strategy === 'dual-user' ? RUNS : RUNS / 2;
  const path = process.env['TANDEM_MODEL_PATH'];
  const seed = seedOf(half);

  it(
    `${strategy}: I1 to I6 are kept through every story of crashes, lags, deployments, rotations, Terraform and people`,
    async () => {
      const share: Share = { strategy, seed, path, runs, minutes: MINUTES };
      const { runs: played, violation } = JSON.parse(
        await runApart('half', [JSON.stringify(share)]),
      ) as Found;
      if (violation !== null) throw new Error(violation);
      if (process.env['TANDEM_MODEL_RUNS'] !== undefined || MINUTES > 0)
        process.stdout.write(`model, ${strategy}: ${played} stories from seed ${seed}, 0 violations\n`);
    },
    MINUTES * 60_000 + RUNS * 500 + 60_000,
  );
}
