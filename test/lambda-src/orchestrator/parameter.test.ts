import { installationDelivering, publishing, seen } from '../../support/delivered';
import { arnOf, type MemoryInstallation, versionId } from '../../support/memory-installation';

let installation: MemoryInstallation;
beforeEach(() => {
  installation = installationDelivering('parameter');
  for (const slot of ['blue', 'green'] as const)
    installation.secrets.store(arnOf(slot), versionId(`${slot}-2`), valueOf(slot), 'AWSCURRENT');
  const active = { slot: 'blue', version: versionId('blue-2') } as const;
  const previous = { slot: 'green', version: versionId('green-2') } as const;
  installation.changeRecord({ active, previous });
  installation.set('active', urlOf('blue'));
  installation.effects.forget();
});

const urlOf = (slot: string) => `postgresql://app_${slot}:of-${slot}@db:5432/app`;
const valueOf = (slot: string) => JSON.stringify({ username: `app_${slot}`, url: urlOf(slot) });
const carried = () => installation.parameters.peek(installation.name('active'))?.value;
const green = { slot: 'green', version: versionId('green-2') } as const;

describe('publishing into a parameter', () => {
  it('writes the url of the version, reads it back, then sets the pointer', async () => {
    await publishing(installation, green);
    expect(installation.effects.calls).toEqual([
      'secrets.read green',
      'parameters.getSecure active',
      'parameters.putSecure active',
      'parameters.getSecure active',
      'parameters.get pointer',
      'parameters.put pointer',
    ]);
    expect([carried(), installation.pointer()]).toEqual([urlOf('green'), 'green']);
  });

  it('writes nothing that is there already: repeating it makes no version', async () => {
    await publishing(installation, green);
    installation.effects.forget();
    await publishing(installation, green);
    expect(installation.effects.effects).toEqual([]);
  });

  it('leaves the pointer where the value does not arrive', async () => {
    installation.parameters.putSecure = () => Promise.resolve();
    await expect(publishing(installation, green)).rejects.toThrow(
      'The parameter /tandem/test/app/active does not carry green after it was written.',
    );
    expect(installation.pointer()).toBe('blue');
  });

  it.each([
    ['a version that is gone', versionId('green-9')],
    ['a value that is no login', versionId('green-3')],
  ])('refuses %s, and leaves everything as it is', async (_, version) => {
    installation.secrets.store(arnOf('green'), versionId('green-3'), '{}', 'OTHER');
    await expect(publishing(installation, { slot: 'green', version })).rejects.toThrow(
      `green of app has no version ${version} any more, or it is no login.`,
    );
    expect([carried(), installation.pointer()]).toEqual([urlOf('blue'), 'blue']);
  });
});

describe('what a parameter carries', () => {
  it.each([
    ['the active version', urlOf('blue'), 'active'],
    ['the previous version', urlOf('green'), 'previous'],
    ['something else', 'postgresql://elsewhere', 'other'],
  ])('is told by its value: %s', async (_, value, published) => {
    installation.set('active', value);
    expect((await seen(installation))?.mirror).toBe(published);
  });

  it('is nothing of ours where it is missing, and where there is no record', async () => {
    installation.parameters.delete(installation.name('active'));
    expect((await seen(installation))?.mirror).toBe('other');
    installation.set('active', urlOf('blue'));
    installation.parameters.delete(installation.name('record'));
    expect((await seen(installation))?.mirror).toBe('other');
  });

  it('is never asked of an active secret: there is none', async () => {
    await seen(installation);
    expect(installation.effects.calls.filter((call) => / active\b/.test(call))).toEqual([
      'parameters.getSecure active',
    ]);
  });

  it('bars a flip while a task definition does not read it', async () => {
    const blockers = (await seen(installation))?.blockers ?? [];
    expect(blockers).toHaveLength(2);
    expect(blockers[0]).toMatch(/which does not read \/tandem\/test\/app\/active$/);
  });

  it('shows no value in anything that is observed', async () => {
    expect(JSON.stringify(await seen(installation))).not.toContain('of-blue');
    expect(String(await installation.parameters.getSecure(installation.name('active')))).toBe('[redacted]');
  });
});
