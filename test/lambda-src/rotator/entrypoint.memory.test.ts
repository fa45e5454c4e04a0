import { fail, pass, warn } from '../../../lambda-src/contract/preflight';
import { AWSCURRENT, AWSPENDING } from '../../../lambda-src/ports/secrets';
import { bootstrap } from '../../../lambda-src/rotator/bootstrap';
import { preflight } from '../../../lambda-src/rotator/preflight';
import { verify } from '../../../lambda-src/rotator/verify';
import { MemoryCredential, versionId } from '../../support/rotator/memory-credential';

let app: MemoryCredential;
beforeEach(async () => {
  app = await MemoryCredential.installed('entrypoint');
});

const value = (slot: 'blue' | 'green', version?: string) =>
  JSON.parse(app.secrets.valueOf(app.arns[slot], version) ?? '{}') as Record<string, unknown>;

/** What preflight says under a name. */
async function said(name: string) {
  const { checks } = await preflight(app.dependencies, 'app');
  return checks.find((check) => check.name === name);
}

describe('bootstrap for containers that pick their user', () => {
  it('makes values that name their versions, and publishes with the pointer alone', async () => {
    const fresh = new MemoryCredential('dual-user', undefined, 'entrypoint');
    await bootstrap(fresh.dependencies, 'app');
    const effects = fresh.effects.effects.filter((effect) => !effect.startsWith('database.'));
    expect(effects).toEqual([
      'secrets.put blue AWSCURRENT',
      'secrets.put green AWSCURRENT',
      'parameters.create pointer',
      'parameters.create request',
      'parameters.create evidence',
      'parameters.create record',
    ]);
    expect(fresh.text('pointer')).toBe(`blue ${fresh.current('blue') ?? ''}`);
    const { user = '', password = '' } = fresh.published() ?? {};
    expect(fresh.server.logsIn(user, password)).toBe(true);
  });

  it('takes slot and version from the pointer where the record was lost', async () => {
    app.parameters.delete(app.name('record'));
    const pointer = `green ${app.current('green') ?? ''}`;
    app.set('pointer', pointer);
    await bootstrap(app.dependencies, 'app');
    expect(app.record()).toMatchObject({ phase: 'rolling', active: { slot: 'green' } });
    expect(app.text('pointer')).toBe(pointer);
  });

  it.each([
    ['of another delivery', 'blue'],
    ['to a version that is no slot’s', 'blue v9'],
  ])('refuses a pointer %s, and changes nothing', async (_, pointer) => {
    app.parameters.delete(app.name('record'));
    app.set('pointer', pointer);
    await expect(bootstrap(app.dependencies, 'app')).rejects.toThrow(
      "The pointer of app carries a value that is neither blue's nor green's",
    );
    expect(app.effects.effects.filter((effect) => !effect.startsWith('database.withLock'))).toEqual([]);
  });

  it('refuses to fill a slot that the pointer names: containers may hold what was in it', async () => {
    const fresh = new MemoryCredential('dual-user', undefined, 'entrypoint');
    fresh.set('pointer', 'blue v1');
    await expect(bootstrap(fresh.dependencies, 'app')).rejects.toThrow(
      "blue of app has no value, yet the pointer carries its user: restore the slot's secret first.",
    );
  });
});

describe('a rotation for containers that pick their user', () => {
  it('stages a value that names its version', async () => {
    const token = await app.rotate('green');
    expect(value('green')['versioned']).toBe(`${token} ${String(value('green')['url'])}`);
  });

  it.each(['createSecret', 'setSecret'] as const)(
    'is refused in %s while the pointer is another one: a container that starts now picks this very user',
    async (Step) => {
      const token = app.begin('green');
      if (Step === 'setSecret') await app.step('green', token, 'createSecret');
      const astray = `green ${app.current('green') ?? ''}`;
      app.set('pointer', astray);
      await expect(app.step('green', token, Step)).rejects.toThrow(astray);
      expect(app.effects.effects).not.toContain('database.setPassword green');
    },
  );

  it('refuses a staged value that no container could start with, before it touches the user', async () => {
    const token = app.begin('green');
    await app.step('green', token, 'createSecret');
    const unnamed = JSON.stringify({ ...value('green', token), versioned: undefined });
    app.secrets.store(app.arns.green, token, unnamed, AWSPENDING);
    await expect(app.step('green', token, 'setSecret')).rejects.toThrow(
      'does not fit the configuration (versioned): let it go stale and rotate again.',
    );
    expect(app.effects.effects).not.toContain('database.setPassword green');
  });
});

describe('verify for containers that pick their user', () => {
  it('accepts a value that logs in and names its version', async () => {
    const version = app.current('green') ?? '';
    expect(await verify(app.dependencies, 'app', { slot: 'green', version })).toMatchObject({
      result: 'accepted',
    });
  });

  it('tells one that logs in, and that no container could start with, from one that is refused', async () => {
    const version = versionId('by-hand');
    app.secrets.store(app.arns.green, version, `${JSON.stringify(value('green'))} `, AWSCURRENT);
    const target = { slot: 'green', version } as const;
    expect(await verify(app.dependencies, 'app', target)).toEqual({
      result: 'unusable',
      detail: `no container could start with the value of green of app: its key versioned is not "${version} <url>"`,
    });
    app.server.set('green', { password: 'another' });
    expect(await verify(app.dependencies, 'app', target)).toMatchObject({ result: 'refused' });
  });
});

describe('preflight for containers that pick their user', () => {
  it('says what they pick', async () => {
    const version = app.current('blue') ?? '';
    expect(await said('what containers pick')).toEqual(
      pass('what containers pick', 'blue, at the version that is active'),
    );
    expect(await said('pointer')).toEqual(pass('pointer', `blue ${version}`));
  });

  it('says where the pointer is of another delivery, and where no container can start', async () => {
    const version = app.current('blue') ?? '';
    app.set('pointer', 'blue');
    expect(await said('pointer')).toEqual(
      warn('pointer', `does not say blue ${version}; the next look publishes it again`),
    );
    app.secrets.store(app.arns.blue, versionId('by-hand'), '{}', AWSCURRENT);
    expect(await said('what containers pick')).toEqual(
      fail(
        'what containers pick',
        `AWSCURRENT of blue is not on the active version ${version}, so no container can start; the next look moves it back`,
      ),
    );
  });
});
