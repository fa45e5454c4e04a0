import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverLog } from '../../../local/drill/server-log';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'tandem-log-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const AT = Date.parse('2026-01-10T12:00:00.000Z');
const line = (second: string, text: string) => `2026-01-10 12:00:${second} UTC [1] ${text}\n`;
const authorized = (second: string) =>
  line(
    second,
    'LOG:  connection authorized: user=tandem application_name=tandem-rotator/setSecret SSL enabled',
  );
const refused = (second: string) => line(second, 'FATAL:  password authentication failed for user "ü"');

it('what is written between two questions, half a line at a time, is counted once', () => {
  const file = join(directory, 'log');
  writeFileSync(file, authorized('01.000') + refused('02.000').slice(0, 40));
  const log = serverLog(file);
  const counts = () => [log.connections(/^tandem-rotator/, AT, AT + 60_000), log.refusals(AT, AT + 60_000)];
  expect(counts()).toEqual([1, 0]);
  appendFileSync(file, refused('02.000').slice(40) + authorized('03.000'));
  expect(counts()).toEqual([2, 1]);
  expect(counts()).toEqual([2, 1]);
  expect(log.connections(/^tandem-rotator/, AT, AT + 2_000)).toBe(1);
  expect(log.connections(/^other/, AT, AT + 60_000)).toBe(0);
  expect(log.size()).toBe(Buffer.byteLength(log.text()));
});
