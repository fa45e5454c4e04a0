import { patiently } from '../../../lambda-src/rotator/patience';
import { MemoryTelemetry } from '../../support/memory-telemetry';

class AccessDenied extends Error {
  override readonly name = 'AccessDeniedException';
}

/** A world whose time passes only by waiting. */
function world() {
  const state = { now: 0, calls: 0 };
  const telemetry = new MemoryTelemetry();
  const pause = (milliseconds: number) => {
    state.now += milliseconds;
    return Promise.resolve();
  };
  return { state, telemetry, clock: { now: () => state.now }, pause };
}

describe('the first moments of a role', () => {
  it('are waited for: what AWS denies at first is done once it is allowed', async () => {
    const it = world();
    const done = await patiently(it, () => {
      it.state.calls += 1;
      return it.state.now < 10_000
        ? Promise.reject(new AccessDenied('not authorized to perform ssm:GetParameters'))
        : Promise.resolve('done');
    });
    expect(done).toBe('done');
    expect(it.state.calls).toBe(5);
    expect(it.telemetry.lines).toHaveLength(4);
  });

  it('end after half a minute, in words that name what was denied and where to look', async () => {
    const it = world();
    const denied = new AccessDenied('User: rotator is not authorized to perform: ssm:GetParameters.');
    await expect(patiently(it, () => Promise.reject(denied))).rejects.toMatchObject({
      name: 'InstallationError',
      message: expect.stringMatching(
        /^AWS still denies it after 30 seconds: User: rotator is not .*boundary .*then apply again\.$/,
      ) as unknown,
      cause: denied,
    });
    expect(it.state.now).toBe(30_000);
  });

  it('are no excuse for anything else: another failure is told at once', async () => {
    const it = world();
    await expect(patiently(it, () => Promise.reject(new Error('no such host')))).rejects.toThrow(
      'no such host',
    );
    expect(it.state.now).toBe(0);
  });
});
