import { answer, halt, isRejected, reject, roll, withConsumer } from '../../../lambda-src/core/record';
import { BLUE, GREEN, WEB, rolling, settled } from './examples';

describe('the record', () => {
  it('rejects a version once', () => {
    const once = reject(settled(), GREEN);
    expect(reject(once, GREEN)).toBe(once);
    expect(isRejected(once, GREEN)).toBe(true);
  });

  it('keeps the four latest rejections and answers: the parameter must not grow', () => {
    let record = settled();
    for (let i = 0; i < 12; i += 1)
      record = answer(reject(record, { ...GREEN, version: `v${i}` }), `r${i}`, 'done');
    expect(record.rejected.map(({ version }) => version)).toEqual(
      Array.from({ length: 4 }, (_, i) => `v${i + 8}`),
    );
    expect(record.handled).toHaveLength(4);
  });

  it('a version that becomes active is rejected no more', () => {
    const change = { phase: 'rolling', active: GREEN, previous: BLUE, reason: null } as const;
    const other = { slot: 'green', version: 'green-0' } as const;
    expect(roll(reject(reject(settled(), other), GREEN), 1, [WEB], change).rejected).toEqual([other]);
  });

  it('a second halt does not forget where the first came from', () => {
    expect(halt(halt(rolling(), 1, 'first'), 2, 'second')).toMatchObject({
      haltedFrom: 'rolling',
      reason: 'second',
    });
  });

  it('takes note of a consumer that it did not list', () => {
    const { consumers } = withConsumer(settled(), 'main/new', { intendedAt: 5 });
    expect(consumers['main/new']).toEqual({ old: [], intendedAt: 5, deployment: null, newSince: null });
    expect(consumers[WEB]).toEqual(settled().consumers[WEB]);
  });
});
