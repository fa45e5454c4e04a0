import { arnOf, consumersNamed, MemoryInstallation, versionId } from '../../support/memory-installation';

let installation: MemoryInstallation;
beforeEach(() => {
  installation = new MemoryInstallation(consumersNamed(1));
});

/** The lines of what was decided, without what belongs to every one. */
function told(): unknown[] {
  const lines = installation.telemetry.lines.filter(({ message }) => message === 'next');
  return lines.map(({ level, fields: { credential, ...fields } }) => {
    expect(credential).toBe('app');
    return { level, ...fields };
  });
}

describe('every decision is told in one line', () => {
  it('of a rollout: what is done, by which row, to which slot and version', async () => {
    const { slot, version } = installation.rotate();
    await installation.look();
    const what = { slot, version };
    const rolling = { action: 'write-record', phase: 'rolling', ...what };
    expect(told()).toEqual([
      { level: 'info', row: '13', action: 'verify', ...what },
      { level: 'info', row: '13', ...rolling, why: 'green was rotated and logs in: it becomes active' },
      { level: 'info', row: '4', action: 'verify', ...what },
      { level: 'info', row: '4', action: 'publish', ...what },
      {
        level: 'info',
        row: '4',
        ...rolling,
        why: 'published and read back: deployments that exist now are old',
      },
      { level: 'info', row: '8', action: 'force-deployment', consumer: 'main/web-1' },
      { level: 'info', row: '9', action: 'wait', why: 'deploying: main/web-1' },
    ]);
  });

  it('with a warning where people are to hear of it', async () => {
    installation.parameters.delete(installation.name('record'));
    await installation.look();
    expect(told()).toEqual([
      {
        level: 'warn',
        row: '1',
        action: 'wait',
        why: 'there are values but no readable record: restore it from its history, or bootstrap',
        alarm: 'no-record',
      },
    ]);
    expect(installation.telemetry.counts).toEqual(['RecordMissing app']);
  });

  it('of a rotation that is begun, and of an AWSPENDING that is taken off', async () => {
    const id = installation.ask('rotate');
    await installation.look();
    const [rotated] = told();
    expect(rotated).toEqual({
      level: 'info',
      row: '11',
      action: 'rotate',
      why: 'a person asked for it',
      slot: 'green',
      version: expect.any(String) as string,
    });
    expect(installation.answerTo(id)).toBe('done');
    installation.telemetry.lines.length = 0;
    installation.tick(3_600_000);
    await installation.look();
    expect(told()[0]).toEqual({
      level: 'info',
      row: '14',
      action: 'unstage',
      why: 'its rotation is long over',
      slot: 'green',
      version: (rotated as { version: string }).version,
    });
  });

  it('of a look at nothing', async () => {
    installation.parameters.delete(installation.name('config'));
    await installation.look();
    expect(installation.telemetry.lines).toEqual([
      {
        level: 'warn',
        message: 'no configuration document: nothing to look at',
        fields: { credential: 'app' },
      },
    ]);
  });

  it('of a look that ran out of time, or that turned in circles', async () => {
    const line = {
      level: 'warn',
      message: 'out of time: the next wake-up goes on',
      fields: { credential: 'app' },
    };
    await installation.look(false, () => false);
    expect(installation.telemetry.lines).toEqual([line]);
    // A pointer that somebody writes back as often as it is published.
    installation.rotate();
    jest.spyOn(installation.parameters, 'put').mockImplementation(() => Promise.resolve());
    let looks = 0;
    await installation.look(false, () => (looks += 1) <= 1_000);
    expect(looks).toBe(200);
    expect(installation.telemetry.lines.at(-1)).toEqual(line);
  });
});

describe('an installation in which a version is gone', () => {
  it('halts, and says where the value may still be', async () => {
    installation.changeRecord({ active: { slot: 'blue', version: versionId('blue-9') } });
    await installation.look();
    expect(installation.record()).toMatchObject({
      phase: 'halted',
      reason: `the active version ${versionId('blue-9')} of blue exists no more; the active secret may still carry its value`,
    });
    expect(installation.secrets.versionWith(arnOf('active'), 'AWSCURRENT')).not.toBeNull();
  });
});
