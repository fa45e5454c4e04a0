import { AWSCURRENT } from '../../../lambda-src/ports/secrets';
import { Died, type Disturbance } from '../../support/memory-effects';
import { arnOf, MemoryInstallation } from '../../support/memory-installation';

interface Story {
  readonly name: string;
  /** Everything up to the run that is disturbed. */
  readonly begin: () => Promise<MemoryInstallation>;
  /** What ECS does to the deployments of the run, once. */
  readonly ecs: (installation: MemoryInstallation) => void;
}

const complete = (installation: MemoryInstallation) => installation.services.finish(installation.mirror());

const STORIES: readonly Story[] = [
  {
    name: 'a rollout',
    begin: () => {
      const installation = new MemoryInstallation();
      installation.rotate();
      return Promise.resolve(installation);
    },
    ecs: complete,
  },
  {
    name: 'a revert',
    begin: async () => {
      const installation = new MemoryInstallation();
      installation.rotate();
      await installation.look();
      installation.tick(31_000);
      installation.services.service('main/web-2').fail();
      installation.services.remember();
      return installation;
    },
    ecs: complete,
  },
  {
    name: 'a revert that a person asked for',
    begin: async () => {
      const installation = new MemoryInstallation();
      installation.rotate();
      await installation.converge();
      installation.tick(60_000);
      installation.ask('revert');
      return installation;
    },
    ecs: complete,
  },
];

/** Looks until settled; a look that dies or is disturbed is followed by another, some time later. */
async function run(installation: MemoryInstallation, ecs: Story['ecs']): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    try {
      await installation.look();
    } catch (error) {
      if (!(error instanceof Died) && !(error instanceof Error && error.name === 'TimeoutError')) throw error;
      if (error instanceof Died) installation.effects.revive();
      installation.tick(1_000);
      continue;
    }
    if (isDone(installation)) return;
    installation.tick(10_000);
    ecs(installation);
    expect(installation.lockedOut()).toEqual([]);
  }
  throw new Error(`never settled: ${JSON.stringify(installation.record())}`);
}

function isDone(installation: MemoryInstallation): boolean {
  const { phase, seen, rejected, handled } = installation.record();
  const green = installation.secrets.versionWith(arnOf('green'), AWSCURRENT);
  const noticed = seen.green === green || rejected.some(({ version }) => version === green);
  const answered =
    installation.parameters.peek(installation.name('request')) === undefined || handled.length > 0;
  return phase === 'settled' && noticed && answered;
}

/** Everything that must be the same however the run went; of times and deployment ids, only that they are there. */
function endOf(installation: MemoryInstallation) {
  const { phase, active, previous, seen, rejected, handled, paused, consumers } = installation.record();
  return {
    record: { phase, active, previous, seen, rejected, handled, paused, consumers: Object.keys(consumers) },
    mirror: installation.mirror(),
    labels: installation.secrets.peek(arnOf('active')).versions,
    pointer: installation.pointer(),
    held: installation.services.held(),
    outcome: installation.evidence()?.outcome,
  };
}

async function effectsOf({ begin, ecs }: Story) {
  const installation = await begin();
  installation.effects.forget();
  await run(installation, ecs);
  expect(installation.violations).toEqual([]);
  return { effects: [...installation.effects.effects], end: endOf(installation) };
}

describe.each(STORIES)('I3: $name that is disturbed at any one of its effects', (story) => {
  it.each<Disturbance>(['dies before', 'dies after', 'times out after'])(
    'ends the same when it %s it, and publishes only what was verified at that moment',
    async (how) => {
      const { effects, end } = await effectsOf(story);
      expect(effects.length).toBeGreaterThan(10);
      for (const [index, effect] of effects.entries()) {
        const installation = await story.begin();
        installation.effects.plan(index + 1, how);
        await run(installation, story.ecs);
        const where = `${how} effect ${index + 1}, ${effect}`;
        expect({ where, pending: installation.effects.pending }).toEqual({ where, pending: false });
        expect({ where, violations: installation.violations }).toEqual({ where, violations: [] });
        expect({ where, ...endOf(installation) }).toEqual({ where, ...end });
        const forced = installation.effects.effects.filter((call) => call.startsWith('services.force'));
        expect({ where, forced: forced.length <= 3 }).toEqual({ where, forced: true });
      }
    },
  );

  it('ends the same when no process lives for more than two effects', async () => {
    const { end } = await effectsOf(story);
    const installation = await story.begin();
    for (let lives = 0; lives < 80 && !isDone(installation); lives += 1) {
      installation.effects.plan(2, 'dies after');
      await installation.look().catch((error: unknown) => {
        if (!(error instanceof Died)) throw error;
      });
      installation.effects.revive();
      installation.tick(2_000);
      if (lives % 5 === 4) story.ecs(installation);
      expect(installation.lockedOut()).toEqual([]);
    }
    expect(installation.violations).toEqual([]);
    expect(endOf(installation)).toEqual(end);
  });
});
