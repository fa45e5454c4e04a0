import { urlOf, userIn } from '../../../lambda-src/contract/active-parameter';
import { composeValue } from '../../../lambda-src/core/secret-value';
import { Sensitive } from '../../../lambda-src/core/sensitive';

const FACTS = { host: 'db', port: 5432, database: 'app', user: 'app blue', urlOptions: 'sslmode=require' };
const LOGIN = { host: 'db', port: 5432, dbname: 'app', username: 'app blue', password: 'p@ss/w?rd' };
const URL = 'postgresql://app%20blue:p%40ss%2Fw%3Frd@db:5432/app?sslmode=require';

const of = (value: unknown) => urlOf(new Sensitive(JSON.stringify(value)), 'sslmode=require')?.reveal();

describe('what the active parameter carries', () => {
  it("is the url of the slot's value, to the letter", () => {
    const value = composeValue(FACTS, new Sensitive('p@ss/w?rd'));
    expect(urlOf(value, 'another=option')?.reveal()).toBe(URL);
    expect(of({ ...LOGIN, url: 'postgresql://elsewhere' })).toBe('postgresql://elsewhere');
  });

  it('is made of what every login needs, where somebody stored a value without a url', () => {
    expect(of(LOGIN)).toBe(URL);
    expect(of({ ...LOGIN, url: '' })).toBe(URL);
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '"text"'],
    ['no password', JSON.stringify({ ...LOGIN, password: '' })],
  ])('is nothing where the value is %s', (_, text) => {
    expect(urlOf(new Sensitive(text), '')).toBeNull();
  });

  it('shows itself to nobody', () => {
    expect(String(urlOf(new Sensitive(JSON.stringify(LOGIN)), ''))).toBe('[redacted]');
  });
});

describe('the user in a URL', () => {
  it('is decoded', () => {
    expect(userIn(new Sensitive(URL))).toBe('app blue');
  });

  it.each(['by hand', 'postgresql://%E0%A4%A@db'])('is nobody in %s', (text) => {
    expect(userIn(new Sensitive(text))).toBeNull();
  });
});
