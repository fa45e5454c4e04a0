import { createHash } from 'node:crypto';
import {
  parseCredentialDocument,
  type CredentialDocument,
} from '../../../lambda-src/contract/config-document';
import { mirrorVersion } from '../../../lambda-src/contract/tokens';
import type { SlotVersion } from '../../../lambda-src/core/slot';
import { publish } from '../../../lambda-src/orchestrator/publish';
import { AWSCURRENT } from '../../../lambda-src/ports/secrets';
import type { Disturbance } from '../../support/memory-effects';
import { arnOf, MemoryInstallation, versionId } from '../../support/memory-installation';

const ACTIVE = arnOf('active');

let installation: MemoryInstallation;
let config: CredentialDocument;
let green: SlotVersion;
beforeEach(() => {
  installation = new MemoryInstallation();
  const name = installation.name('config');
  config = parseCredentialDocument(name, installation.parameters.peek(name)?.value ?? '');
  green = installation.rotate();
  installation.effects.forget();
});

const publishGreen = () => publish(installation.dependencies, config, green);
const staged = () => installation.secrets.valueOf(ACTIVE, mirrorVersion(arnOf('green'), green.version));

/** Everything that a publish may change. */
const published = () => ({
  labels: installation.secrets.peek(ACTIVE).versions,
  value: installation.secrets.valueOf(ACTIVE),
  pointer: installation.pointer(),
});

describe('publish', () => {
  it('stages the value, moves AWSCURRENT, then sets the pointer', async () => {
    await publishGreen();
    expect(installation.effects.effects).toEqual([
      'secrets.put active TANDEM_STAGED',
      'secrets.moveLabel active AWSCURRENT',
      'parameters.put pointer',
    ]);
    expect(installation.mirror()).toEqual(green);
  });

  it("carries the slot's value byte for byte", async () => {
    await publishGreen();
    expect(installation.secrets.valueOf(ACTIVE)).toBe(
      installation.secrets.valueOf(arnOf('green'), green.version),
    );
    expect(installation.secrets.valueOf(ACTIVE)).toContain(green.version);
  });

  it('names the version by the hash of identifiers, never of the value', async () => {
    await publishGreen();
    const expected = createHash('sha256')
      .update(`mirror\n${arnOf('green')}\n${green.version}`)
      .digest('hex');
    expect(installation.secrets.versionWith(ACTIVE, AWSCURRENT)).toBe(expected);
  });

  it('publishes the version asked for, also when the slot has moved on', async () => {
    installation.rotate('green', 'green-3');
    await publishGreen();
    expect(installation.mirror()).toEqual(green);
  });

  it('repeated, changes nothing and calls nothing that writes', async () => {
    await publishGreen();
    const before = published();
    installation.effects.forget();
    await publishGreen();
    expect(installation.effects.effects).toEqual([]);
    expect(published()).toEqual(before);
  });

  it('goes back to a version that the mirror still has without storing it again', async () => {
    await publishGreen();
    installation.effects.forget();
    await publish(installation.dependencies, config, { slot: 'blue', version: versionId('blue-1') });
    expect(installation.effects.effects).toEqual([
      'secrets.moveLabel active AWSCURRENT',
      'parameters.put pointer',
    ]);
    expect(installation.mirror().slot).toBe('blue');
  });

  it('fills an empty mirror, whose first value is current at once', async () => {
    installation.secrets.create(ACTIVE);
    await publishGreen();
    expect(installation.mirror()).toEqual(green);
    expect(installation.effects.effects).toEqual([
      'secrets.put active TANDEM_STAGED',
      'parameters.put pointer',
    ]);
  });

  it('sets a pointer that does not exist', async () => {
    installation.parameters.delete(installation.name('pointer'));
    await publishGreen();
    expect(installation.pointer()).toBe('green');
  });

  it('refuses a version that has no value, naming it', async () => {
    const lost = { slot: 'green', version: versionId('lost') } as const;
    await expect(publish(installation.dependencies, config, lost)).rejects.toThrow(
      `green of app has no version ${lost.version} any more.`,
    );
    expect(installation.effects.effects).toEqual([]);
  });

  it('refuses a mirror that holds another value under the same version, and moves nothing', async () => {
    installation.secrets.store(
      ACTIVE,
      mirrorVersion(arnOf('green'), green.version),
      'something else',
      'LABEL',
    );
    installation.secrets.attach(ACTIVE, 'LABEL', installation.secrets.versionWith(ACTIVE, AWSCURRENT) ?? '');
    await expect(publishGreen()).rejects.toThrow('holds another value');
    expect(installation.mirror().slot).toBe('blue');
  });

  it('does not move AWSCURRENT where somebody else moves it meanwhile', async () => {
    const { secrets } = installation;
    const put = secrets.put.bind(secrets);
    jest.spyOn(secrets, 'put').mockImplementation(async (...input) => {
      const outcome = await put(...input);
      secrets.store(ACTIVE, versionId('by-hand'), 'by hand', AWSCURRENT);
      return outcome;
    });
    await expect(publishGreen()).rejects.toMatchObject({ name: 'LabelMovedError' });
    expect(secrets.versionWith(ACTIVE, AWSCURRENT)).toBe(versionId('by-hand'));
    await publishGreen();
    expect(installation.mirror()).toEqual(green);
  });

  it('believes no move that cannot be read back, and leaves the pointer', async () => {
    jest.spyOn(installation.secrets, 'moveLabel').mockResolvedValue();
    await expect(publishGreen()).rejects.toThrow('does not carry green after the move');
    expect(installation.pointer()).toBe('blue');
  });

  const deaths = [1, 2, 3].flatMap((effect) =>
    (['dies before', 'dies after', 'times out after'] as const).map((how): [number, Disturbance] => [
      effect,
      how,
    ]),
  );
  it.each(deaths)('that ends at effect %i (it %s) converges when repeated', async (effect, how) => {
    const undisturbed = new MemoryInstallation();
    undisturbed.rotate();
    await publish(undisturbed.dependencies, config, green);
    installation.effects.plan(effect, how);
    await expect(publishGreen()).rejects.toThrow();
    expect(installation.mirror().slot === 'blue' || staged() !== null).toBe(true);
    installation.effects.revive();
    await publishGreen();
    expect(published()).toEqual({
      labels: undisturbed.secrets.peek(ACTIVE).versions,
      value: undisturbed.secrets.valueOf(ACTIVE),
      pointer: 'green',
    });
  });
});
