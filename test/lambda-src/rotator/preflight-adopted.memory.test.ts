import { pass, warn } from '../../../lambda-src/contract/preflight';
import type { AdoptionPlan } from '../../../lambda-src/ports/database';
import { preflight } from '../../../lambda-src/rotator/preflight';
import { MemoryCredential } from '../../support/rotator/memory-credential';

let app: MemoryCredential;
beforeEach(async () => {
  app = await MemoryCredential.installed();
});

const ask = () => preflight(app.dependencies, 'app');

describe('preflight of an installation that was adopted', () => {
  const left = (plan: Partial<AdoptionPlan>) => {
    const whole = { batches: [], obstacles: [], notes: [], ...plan };
    app.session = { ...app.session, planAdoption: () => Promise.resolve(whole) };
  };
  const adoption = async () => (await ask()).checks.find(({ name }) => name === 'adoption');
  const batch = (...sql: readonly string[]) => ({
    database: 'app',
    statements: sql.map((text) => ({ sql: text, remedy: '' })),
  });

  beforeEach(() => app.changeDocument({ adopt: { slot: 'blue' } }));

  it('passes where nothing is left to hand over', async () => {
    left({});
    expect(await adoption()).toEqual(pass('adoption', 'nothing is left to hand over'));
  });

  it('names what is left, at most three of it, and how to hand it over', async () => {
    const told =
      "something is still the adopted user's own, made in a session that was open during the adoption or changed since; " +
      'invoke {"action":"bootstrap","credential":"app","adopt":true} once more, which runs: ';
    left({ obstacles: ['an obstacle'], batches: [batch('ONE'), batch('TWO')] });
    expect(await adoption()).toEqual(warn('adoption', `${told}an obstacle; ONE; TWO`));
    left({ batches: [batch('ONE', 'TWO'), batch('THREE', 'FOUR', 'FIVE')] });
    expect(await adoption()).toEqual(warn('adoption', `${told}ONE; TWO; THREE; and 2 more`));
  });

  it('says nothing of it before there is a record', async () => {
    left({});
    app.parameters.delete(app.name('record'));
    expect(await adoption()).toBeUndefined();
  });
});
