import { LegacyApplication } from '../../support/rotator/legacy';
import { RotatorRig } from '../../support/rotator/rig';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 60_000);

// Generous: the machine may be busy.
jest.setTimeout(180_000);

describe('the adoption of an application that is there already', () => {
  it('runs what its dry run said, and every object is read, written and altered by both users', async () => {
    const legacy = await LegacyApplication.start(rig);
    const { app } = legacy;
    const before = await legacy.catalogue();
    const preview = await legacy.adopt({ dryRun: true });
    expect(preview).toMatchObject({ did: [], obstacles: [] });
    expect(await legacy.catalogue()).toEqual(before);
    const mark = rig.log.mark();
    const { did } = await legacy.adopt();
    expect(did).toEqual(preview.would);
    expect(legacy.redacted(app.effects(mark))).toEqual(did.filter((line) => /^[A-Z]+ /.test(line)));
    for (const slot of ['blue', 'green'] as const) await legacy.useEverythingAs(slot);
  });
});
