import type { Observation } from '../../../lambda-src/core/observation';
import { mirrorVersion } from '../../../lambda-src/contract/tokens';
import { observe } from '../../../lambda-src/orchestrator/observe';
import { arnOf, MemoryInstallation, versionId } from '../../support/memory-installation';

let installation: MemoryInstallation;
beforeEach(() => {
  installation = new MemoryInstallation();
  installation.changeRecord({ previous: { slot: 'green', version: versionId('green-1') } });
});

async function seen(): Promise<Observation> {
  const occasion = { credential: 'app', sweep: false, verification: null };
  const look = await observe(installation.dependencies, occasion);
  if (look === null) throw new Error('there is a configuration document');
  return look.observation;
}

const carries = (kind: 'blue' | 'green', version: string) =>
  installation.secrets.store(arnOf('active'), mirrorVersion(arnOf(kind), version), version, 'AWSCURRENT');

describe('a look sees', () => {
  it('the durations of the configuration, in milliseconds, and four steps to a rotation', async () => {
    installation.configure({ rotatorTimeoutSeconds: 50 });
    expect((await seen()).settings).toEqual({
      deadline: 600_000,
      drainAlarm: 900_000,
      skew: 5_000,
      visibility: 30_000,
      rotation: 205_000,
      bake: null,
      lag: 0,
      soak: null,
    });
    installation.configure({ rollout: { canaryBakeSeconds: 60 }, readers: { lagSeconds: 90 }, retire: {} });
    expect((await seen()).settings).toMatchObject({ bake: 60_000, lag: 90_000, soak: 86_400_000 });
  });

  it('whose credential mirror and pointer carry, each by itself', async () => {
    expect(await seen()).toMatchObject({ mirror: 'active', pointer: 'active' });
    installation.set('pointer', 'green');
    expect(await seen()).toMatchObject({ mirror: 'active', pointer: 'previous' });
    carries('green', versionId('green-1'));
    installation.set('pointer', 'red');
    expect(await seen()).toMatchObject({ mirror: 'previous', pointer: 'other' });
    carries('green', versionId('green-0'));
    installation.parameters.delete(installation.name('pointer'));
    expect(await seen()).toMatchObject({ mirror: 'other', pointer: 'other' });
    installation.changeRecord({ previous: null });
    installation.set('pointer', 'green');
    expect(await seen()).toMatchObject({ mirror: 'other', pointer: 'other' });
  });

  it('no record where there is none, at revision 0', async () => {
    installation.parameters.delete(installation.name('record'));
    const { record, revision, mirror, pointer, activeValueExists } = await seen();
    expect({ record, revision, mirror, pointer, activeValueExists }).toEqual({
      record: null,
      revision: 0,
      mirror: 'other',
      pointer: 'other',
      activeValueExists: false,
    });
  });

  it('the record with its revision', async () => {
    const before = (await seen()).revision;
    installation.changeRecord({ paused: true });
    expect(await seen()).toMatchObject({ revision: before + 1, record: { paused: true } });
  });

  it('whether the active value can still be fetched, though no label is left on it', async () => {
    installation.rotate('blue', 'blue-2');
    installation.rotate('blue', 'blue-3');
    installation.secrets.detach(arnOf('blue'), 'AWSPREVIOUS');
    expect(await seen()).toMatchObject({ activeValueExists: true });
    installation.changeRecord({ active: { slot: 'blue', version: versionId('blue-0') } });
    expect(await seen()).toMatchObject({ activeValueExists: false });
  });

  it('which credentials of the group are not settled; one that does not exist yet is no hindrance', async () => {
    installation.configure({ groupWith: ['billing', 'search', 'new', 'broken'] });
    const record = installation.record();
    const put = (credential: string, text: string) =>
      installation.parameters.set(installation.name('record', credential), text);
    put('billing', JSON.stringify({ ...record, phase: 'rolling' }));
    put('search', JSON.stringify(record));
    put('broken', 'no JSON');
    expect((await seen()).busyGroup).toEqual(['billing', 'broken']);
  });

  it('nothing of ECS while halted, or without a record', async () => {
    installation.changeRecord({ phase: 'halted', haltedFrom: 'settled' });
    expect(await seen()).toMatchObject({ consumers: [], blockers: [] });
    installation.parameters.delete(installation.name('record'));
    expect(await seen()).toMatchObject({ consumers: [], blockers: [] });
    expect(installation.effects.calls.filter((call) => call.startsWith('services.'))).toEqual([]);
  });

  it('no tasks where nothing is decided by them', async () => {
    expect((await seen()).consumers.map(({ tasks }) => tasks)).toEqual([[], []]);
    expect((await seen()).blockers).toEqual([]);
  });
});
