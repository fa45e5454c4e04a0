import { fail, pass, warn, type Check } from '../../../lambda-src/contract/preflight';
import { bootstrap, destroy } from '../../../lambda-src/rotator/bootstrap';
import { preflight } from '../../../lambda-src/rotator/preflight';
import { MemoryCredential } from '../../support/rotator/memory-credential';

let app: MemoryCredential;
beforeEach(async () => {
  app = await MemoryCredential.installed('parameter');
});

/** What preflight says of the parameter. */
async function delivery(): Promise<Check | undefined> {
  const { checks } = await preflight(app.dependencies, 'app');
  return checks.find(({ name }) => name === 'parameter active');
}

describe('bootstrap of a parameter that applications read', () => {
  it('makes it, after the values and before pointer and record, with what logs in', async () => {
    const fresh = new MemoryCredential('dual-user', undefined, 'parameter');
    const { did } = await bootstrap(fresh.dependencies, 'app');
    expect(did).toContain('active: carries blue');
    const effects = fresh.effects.effects.filter((effect) => !effect.startsWith('database.'));
    expect(effects).toEqual([
      'secrets.put blue AWSCURRENT',
      'secrets.put green AWSCURRENT',
      'parameters.createSecure active',
      'parameters.create pointer',
      'parameters.create request',
      'parameters.create evidence',
      'parameters.create record',
    ]);
    const { user = '', password = '' } = fresh.published() ?? {};
    expect(fresh.server.logsIn(user, password)).toBe(true);
  });

  it('refuses a parameter that is neither user’s, and changes nothing', async () => {
    app.parameters.delete(app.name('record'));
    app.set('active', 'postgresql://somebody:else@db/app');
    await expect(bootstrap(app.dependencies, 'app')).rejects.toThrow(
      "The active parameter of app carries a value that is neither blue's nor green's",
    );
    expect(app.effects.effects.filter((effect) => !effect.startsWith('database.withLock'))).toEqual([]);
  });

  it('refuses to fill a slot whose user the parameter carries', async () => {
    const url = app.text('active');
    const fresh = new MemoryCredential('dual-user', undefined, 'parameter');
    fresh.set('active', url);
    await expect(bootstrap(fresh.dependencies, 'app')).rejects.toThrow(
      "blue of app has no value, yet the active parameter carries its user: restore the slot's secret first.",
    );
  });

  it('is removed with the rest by destroy', async () => {
    await destroy(app.dependencies, 'app');
    expect(app.published()).toBeNull();
  });
});

describe('preflight of a parameter that applications read', () => {
  it('says whose credential it carries', async () => {
    expect(await delivery()).toEqual(pass('parameter active', 'carries blue'));
  });

  it('says where it carries another, and where there is none', async () => {
    app.set('active', 'postgresql://somebody:else@db/app');
    expect(await delivery()).toEqual(
      warn('parameter active', 'does not carry blue; the next look publishes it again'),
    );
    app.parameters.delete(app.name('active'));
    expect(await delivery()).toEqual(
      warn('parameter active', `${app.name('active')} does not exist; the next look publishes it again`),
    );
  });

  it('says what is missing where it may not be read', async () => {
    const denied = Object.assign(new Error('not allowed'), { name: 'AccessDeniedException' });
    app.parameters.getSecure = () => Promise.reject(denied);
    expect(await delivery()).toEqual(
      fail(
        'parameter active',
        `${app.name('active')} cannot be read (AccessDeniedException: not allowed): the rotator's role needs ssm:GetParameters on it and kms:Decrypt on its key, whose own policy must let it in`,
      ),
    );
  });
});
