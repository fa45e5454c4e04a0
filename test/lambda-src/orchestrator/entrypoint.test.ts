import { versionedKey } from '../../../lambda-src/contract/delivered';
import { AWSCURRENT } from '../../../lambda-src/ports/secrets';
import { installationDelivering, publishing, seen } from '../../support/delivered';
import { arnOf, type MemoryInstallation, versionId } from '../../support/memory-installation';

let installation: MemoryInstallation;
beforeEach(() => {
  installation = installationDelivering('entrypoint');
  installation.changeRecord({ active: BLUE, previous: GREEN });
  installation.set('pointer', `blue ${BLUE.version}`);
  installation.effects.forget();
});

const BLUE = { slot: 'blue', version: versionId('blue-1') } as const;
const GREEN = { slot: 'green', version: versionId('green-1') } as const;

const current = (slot: 'blue' | 'green') => installation.secrets.versionWith(arnOf(slot), AWSCURRENT);

describe('publishing for containers that pick their user', () => {
  it('writes the pointer, with slot and version, and nothing else', async () => {
    await publishing(installation, GREEN);
    expect(installation.effects.calls).toEqual([
      'secrets.describe green',
      'parameters.get pointer',
      'parameters.put pointer',
    ]);
    expect(installation.pointer()).toBe(`green ${GREEN.version}`);
  });

  it('writes nothing that is there already', async () => {
    await publishing(installation, BLUE);
    expect(installation.effects.effects).toEqual([]);
  });

  it('makes the version current in its slot first, where a person has moved the label', async () => {
    installation.secrets.store(arnOf('green'), versionId('by-hand'), '{}', AWSCURRENT);
    await publishing(installation, GREEN);
    expect(installation.effects.effects).toEqual([
      'secrets.moveLabel green AWSCURRENT',
      'parameters.put pointer',
    ]);
    expect(current('green')).toBe(GREEN.version);
  });

  it('leaves the pointer where the label does not arrive', async () => {
    installation.secrets.store(arnOf('green'), versionId('by-hand'), '{}', AWSCURRENT);
    installation.secrets.moveLabel = () => Promise.resolve();
    await expect(publishing(installation, GREEN)).rejects.toThrow(
      `The secret of green of app does not carry ${GREEN.version} after the move.`,
    );
    expect(installation.pointer()).toBe(`blue ${BLUE.version}`);
  });
});

describe('what containers pick', () => {
  it.each([
    ['the active version', `blue ${BLUE.version}`, 'active', 'active'],
    ['the previous version', `green ${GREEN.version}`, 'previous', 'previous'],
    ['another version', 'blue v9', 'other', 'other'],
    ['the pointer of another delivery', 'blue', 'other', 'other'],
  ])('is told by the pointer: %s', async (_, pointer, mirror, pointed) => {
    installation.set('pointer', pointer);
    expect(await seen(installation)).toMatchObject({ mirror, pointer: pointed });
  });

  it('is nothing while the slot’s label is elsewhere: no container could start', async () => {
    installation.secrets.store(arnOf('blue'), versionId('by-hand'), '{}', AWSCURRENT);
    expect(await seen(installation)).toMatchObject({ mirror: 'other', pointer: 'active' });
  });

  it('bars a flip while a task definition does not read all three', async () => {
    const [consumer] = installation.consumers;
    if (consumer === undefined) throw new Error('no consumer');
    const pointer = installation.name('pointer');
    installation.services.setValuesRead(consumer, [pointer, versionedKey(arnOf('blue'))]);
    const [first = '', second = ''] = (await seen(installation))?.blockers ?? [];
    expect(first).toMatch(/^main\/web-1 runs .*, which does not read \S*green-AbCdEf:versioned::$/);
    expect(second).toMatch(/^main\/web-2 runs .* does not read \/tandem\/test\/app\/pointer and .* and /);
  });
});
