import { databaseError } from '../../../../lambda-src/adapters/postgres/errors';
import { everything } from './support';

describe('an error that a test cannot provoke in time', () => {
  const context = { host: 'db', port: 5432, database: 'app', user: 'admin' };
  const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code });

  it.each([
    ['57P03', 'the database system is starting up', 'restarting'],
    ['57P01', 'terminating connection due to administrator command', 'restarting'],
    ['XX000', 'tuple concurrently updated', 'concurrent-update'],
    ['ETIMEDOUT', 'connect ETIMEDOUT', 'timeout'],
    ['ECONNRESET', 'read ECONNRESET', 'connection-lost'],
    ['XX000', 'something else', 'other'],
  ])('%s %s is told as %s', (code, message, kind) => {
    expect(databaseError(coded(code, message), context)).toMatchObject({ kind });
  });

  it('keeps no statement, no verifier and no password of the original', () => {
    const original = Object.assign(coded('XX000', "near hunter2-hunter2 'SCRAM-SHA-256$4096:a$b:c'"), {
      where: 'hunter2-hunter2',
      internalQuery: 'hunter2-hunter2',
    });
    const text = everything(databaseError(original, context, ['hunter2-hunter2']));
    expect(text).not.toMatch(/hunter2|4096/);
    expect(text).toContain('[redacted]');
  });
});
