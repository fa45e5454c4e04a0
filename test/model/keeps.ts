import { STRATEGIES } from '../../lambda-src/core/strategy';
import { runApart } from './bundle';
import type { Share } from './half';
import type { Found, Protocol } from './stories';

const PROTOCOLS: readonly Protocol[] = [
  ...STRATEGIES.map((strategy) => ({ strategy, delivery: 'secret' as const })),
  { strategy: 'dual-user', delivery: 'parameter' },
  { strategy: 'dual-user', delivery: 'entrypoint' },
];

/** Runs of this half, and for how long; by default as many as `npm test` has time for. Strategies and deliveries other than the default play half as many. */
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
  const onlyDelivery = process.env['TANDEM_MODEL_DELIVERY'];
  for (const protocol of PROTOCOLS) {
    const { strategy, delivery } = protocol;
    if (only !== undefined && only !== strategy) continue;
    if (onlyDelivery !== undefined && onlyDelivery !== delivery) continue;
    declare(half, protocol);
  }
}

function declare(half: 0 | 1, { strategy, delivery }: Protocol): void {
  const usual = strategy === 'dual-user' && delivery === 'secret';
  const runs = usual ? RUNS : RUNS / 2;
  const name = delivery === 'secret' ? strategy : `${strategy}, ${delivery}`;
  const path = process.env['TANDEM_MODEL_PATH'];
  const seed = seedOf(half);

  it(
    `${name}: I1 to I6 are kept through every story of crashes, lags, deployments, rotations, Terraform and people`,
    async () => {
      const share: Share = { strategy, delivery, seed, path, runs, minutes: MINUTES };
      const { runs: played, violation } = JSON.parse(
        await runApart('half', [JSON.stringify(share)]),
      ) as Found;
      if (violation !== null) throw new Error(violation);
      if (process.env['TANDEM_MODEL_RUNS'] !== undefined || MINUTES > 0)
        process.stdout.write(`model, ${name}: ${played} stories from seed ${seed}, 0 violations\n`);
    },
    MINUTES * 60_000 + RUNS * 500 + 60_000,
  );
}
