import { SecretMissingError } from '../../../lambda-src/ports/secrets';
import { arnOf, consumersNamed, MemoryInstallation } from '../../support/memory-installation';

const ACTIVE = arnOf('active');

let installation: MemoryInstallation;
beforeEach(() => {
  installation = new MemoryInstallation(consumersNamed(2));
  installation.rotate();
  installation.effects.forget();
});

/** Looks, and answers why the flip waits. */
async function waitsFor(): Promise<string> {
  await installation.look();
  expect(installation.effects.effects).toEqual([]);
  return JSON.stringify(installation.telemetry.lines.at(-1)?.fields['why']);
}

describe('no flip begins', () => {
  const [consumer] = consumersNamed(1);
  if (consumer === undefined) throw new Error('there is one');

  it.each([
    ['reads another secret', [arnOf('blue')]],
    ['reads nothing', []],
    ['pins a version of the active secret', [`${ACTIVE}:url::0a1b2c3d-0000-0000-0000-000000000000`]],
    ['reads a stage other than AWSCURRENT', [`${ACTIVE}:url:AWSPREVIOUS:`]],
    ['reads a secret whose name begins the same', [`${ACTIVE}2`]],
  ])('while a consumer runs a task definition that %s', async (_what, values) => {
    installation.services.setValuesRead(consumer, values);
    expect(await waitsFor()).toContain(
      `main/web-1 runs definition-of-main/web-1, which does not read ${ACTIVE}`,
    );
    expect(installation.telemetry.counts).toEqual(['FlipBlocked app']);
    installation.services.setValuesRead(consumer, [ACTIVE]);
    await installation.converge();
    expect(installation.record().active.slot).toBe('green');
  });

  it.each([ACTIVE, `${ACTIVE}:url::`, `${ACTIVE}:url:AWSCURRENT:`])(
    'for no reason where it reads %s',
    async (value) => {
      installation.services.setValuesRead(consumer, [
        'arn:aws:ssm:eu-central-1:123456789012:parameter/x',
        value,
      ]);
      await installation.look();
      expect(installation.record().phase).toBe('rolling');
    },
  );

  it('while the active secret has rotation enabled', async () => {
    installation.secrets.setRotationEnabled(ACTIVE, true);
    expect(await waitsFor()).toContain('the active secret has rotation enabled: disable it');
    expect(installation.telemetry.counts).toEqual(['FlipBlocked app']);
  });

  it.each(['rolling', 'reverting', 'halted'])(
    'while another credential of the group is %s',
    async (phase) => {
      installation.configure({ groupWith: ['reports'] });
      const reports = installation.name('record', 'reports');
      installation.parameters.set(reports, JSON.stringify({ ...installation.record(), phase }));
      expect(await waitsFor()).toContain('waiting for the group to settle: reports');
      installation.parameters.set(reports, JSON.stringify({ ...installation.record(), phase: 'settled' }));
      await installation.look();
      expect(installation.record().phase).toBe('rolling');
    },
  );

  it('while the record of another credential of the group cannot be read', async () => {
    installation.configure({ groupWith: ['reports'] });
    installation.parameters.set(installation.name('record', 'reports'), 'not JSON');
    expect(await waitsFor()).toContain('waiting for the group to settle: reports');
  });
});

describe('what bars a flip', () => {
  it('never bars the end of a rollout that has begun, nor its revert', async () => {
    await installation.look();
    const asked = jest.spyOn(installation.services, 'valuesRead').mockRejectedValue(new Error('throttled'));
    installation.tick(600_001);
    await installation.look();
    expect(installation.record().phase).toBe('reverting');
    expect(asked).not.toHaveBeenCalled();
  });
});

describe('a secret that does not exist any more', () => {
  it.each(['green', 'active'] as const)('(%s) fails the look in words that say what to do', async (kind) => {
    installation.secrets.delete(arnOf(kind));
    await expect(installation.look()).rejects.toThrow(SecretMissingError);
    await expect(installation.look()).rejects.toThrow('apply the installation again');
    expect(installation.effects.effects).toEqual([]);
  });
});
