import { MemoryInstallation, versionId } from '../../support/memory-installation';

const leaked = { slot: 'green', version: versionId('green-1') } as const;

/** The password of the standby leaked a minute ago, and it has another one since. */
function replaced(): MemoryInstallation {
  const installation = new MemoryInstallation();
  const reportedAt = installation.clock.now();
  installation.changeRecord({ compromised: { ...leaked, reportedAt, ended: false, attempts: 0 } });
  installation.tick(60_000);
  installation.rotate('green');
  installation.effects.forget();
  return installation;
}

describe('the end of a leak', () => {
  it('is evidence: whose password it was, when it was reported, when it was gone, and why one may think so', async () => {
    const installation = replaced();
    const now = installation.clock.now();
    await installation.look();
    expect(installation.record().compromised).toBeNull();
    expect(installation.evidence()).toEqual({
      schema: 1,
      credential: 'app',
      outcome: 'replaced',
      ...leaked,
      previous: null,
      startedAt: new Date(now - 60_000).toISOString(),
      flippedAt: null,
      settledAt: new Date(now).toISOString(),
      consumers: [],
      unregistered: [],
      reason: 'the leaked password of green logs in nowhere: password authentication failed',
    });
  });

  it('is written before the record says so', async () => {
    const installation = replaced();
    await installation.look();
    expect(installation.effects.effects.slice(0, 3)).toEqual([
      'rotator.verify green',
      'parameters.put evidence',
      'parameters.put record',
    ]);
  });
});
