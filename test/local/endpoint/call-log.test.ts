import { createCallLog, targetOf, type CallRecord } from '../../../local/endpoint/call-log';

const call = (operation: string, accessKeyId = 'A'): CallRecord => ({
  service: 'ssm',
  operation,
  accessKeyId,
  startedAt: 0,
  durationMs: 0,
  requestId: operation,
});

describe('the call log', () => {
  it('counts by every field of a filter, from a mark on', () => {
    const log = createCallLog();
    log.record(call('GetParameter'));
    const mark = log.mark();
    log.record(call('GetParameter', 'B'));
    log.record(call('PutParameter', 'B'));
    expect(log.count({ operation: 'GetParameter' })).toBe(2);
    expect(log.count({ operation: 'GetParameter', accessKeyId: 'B', service: 'ssm' })).toBe(1);
    expect(log.count({ accessKeyId: 'A', since: mark })).toBe(0);
    expect(log.since(mark).map(({ operation }) => operation)).toEqual(['GetParameter', 'PutParameter']);
  });

  it('keeps the latest calls within its capacity, and marks stay right', () => {
    const log = createCallLog(10);
    for (let i = 0; i < 25; i++) log.record(call(`n${i}`));
    const mark = log.mark();
    log.record(call('after'));
    expect(log.since(mark).map(({ operation }) => operation)).toEqual(['after']);
    expect(log.since(0).length).toBeLessThanOrEqual(10);
    expect(log.since(0).at(-1)?.operation).toBe('after');
  });

  it('notes what a call is about, and never a value', () => {
    expect(targetOf({ SecretString: 'hunter2', SecretId: 'db' })).toBe('db');
    expect(targetOf({ Names: ['/a', '/b'], WithDecryption: true })).toBe('/a,/b');
    expect(targetOf({ Value: 'hunter2' })).toBeUndefined();
  });
});
