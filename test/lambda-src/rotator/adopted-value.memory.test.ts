import { Sensitive } from '../../../lambda-src/core/sensitive';
import { adoptedValue } from '../../../lambda-src/rotator/adopted-value';

const facts = {
  host: 'db.example',
  port: 5432,
  database: 'app',
  user: 'blue',
  urlOptions: 'sslmode=require',
};
const URL_OF = 'postgresql://blue:secret@db.example:5432/app?sslmode=require';
const WHOLE = {
  engine: 'postgres',
  host: 'db.example',
  port: 5432,
  dbname: 'app',
  username: 'blue',
  password: 'secret',
  url: URL_OF,
};
const judged = (value: unknown) =>
  adoptedValue('the secret', new Sensitive(typeof value === 'string' ? value : JSON.stringify(value)), facts);
const stored = (value: unknown) =>
  JSON.parse(judged(value).usable?.value.reveal() ?? 'null') as Record<string, unknown> | null;

describe('a value that was there before', () => {
  it('that has everything is taken as it is, without a note', () => {
    const { obstacles, notes, usable } = judged(WHOLE);
    expect({ obstacles, notes }).toEqual({ obstacles: [], notes: [] });
    expect(usable?.login.user).toBe('blue');
    expect(usable?.login.password.reveal()).toBe('secret');
    expect(usable?.added).toEqual([]);
    expect(stored(WHOLE)).toEqual(WHOLE);
  });

  it('that has no more than a login gets the rest', () => {
    const { usable, notes } = judged({ username: 'blue', password: 'secret' });
    expect(usable?.added).toEqual(['engine', 'host', 'port', 'dbname', 'url']);
    expect(notes).toEqual([]);
    expect(stored({ username: 'blue', password: 'secret' })).toEqual(WHOLE);
  });

  it('keeps what it says, a port in quotes as a number, and tells what the first rotation will change', () => {
    const value = { ...WHOLE, host: 'old.example', port: '5433', url: URL_OF.replace('require', 'disable') };
    expect(stored(value)).toEqual({ ...value, port: 5433 });
    expect(judged(value).notes).toEqual([
      'The key host of the secret is old.example; the first rotation makes it db.example.',
      'The key port of the secret is 5433; the first rotation makes it 5432.',
      'The key url of the secret is postgresql://blue:***@db.example:5432/app?sslmode=disable; the first rotation makes it ' +
        'postgresql://blue:***@db.example:5432/app?sslmode=require.',
    ]);
  });

  it('may have a URL without a scheme’s long name, with escapes', () => {
    const password = 'sec/ret%';
    const url = `postgres://blue:${encodeURIComponent(password)}@db.example:5432/app`;
    expect(judged({ username: 'blue', password, url }).obstacles).toEqual([]);
  });

  it.each(['no JSON', '"a text"', '[]', 'null', '12'])('that is no JSON object is refused: %s', (text) => {
    expect(judged(text)).toEqual({
      obstacles: [
        'The value of the secret is a plain text. Rotations write JSON, which an application that reads the whole text ' +
          'would not understand. Store JSON with the keys username, password and, if it is read, url; have task definitions ' +
          'name the key (valueFrom: <ARN>:url:: or <ARN>:password::); deploy that; then adopt.',
      ],
      notes: [],
      usable: null,
    });
  });

  const other = (what: string) =>
    `The key url of the secret has another ${what} than its other keys and the configuration: correct it.`;
  const noUrl =
    'The key url of the secret is no postgresql:// URL. Rotations write one, which an application that reads another form ' +
    'would not understand: keep that form elsewhere, or have the application read separate keys; and remove the key.';
  const noText = (keys: string) => `The value of the secret has no text under ${keys}: add it.`;

  it.each<[string, unknown, string]>([
    [
      'keys that no rotation writes',
      { ...WHOLE, token: 1, more: 2 },
      'The value of the secret has keys that no rotation writes, so the first one would drop them: token, more. Move those ' +
        'that applications read to a secret of their own, and remove them.',
    ],
    ['no user name', { password: 'secret' }, noText('username')],
    ['no password', { username: 'blue' }, noText('password')],
    ['an empty password and no user', { password: '' }, noText('username and password')],
    ['a password that is no text', { username: 'blue', password: 12 }, noText('password')],
    [
      'another user',
      { username: 'app', password: 'secret' },
      `The value of the secret is a login of "app", and the configuration says that its user is "blue": correct the configuration's users.`,
    ],
    [
      'another database',
      { username: 'blue', password: 'secret', dbname: 'shop' },
      'The value of the secret names the database "shop", and the configuration "app": correct the one that is wrong.',
    ],
    [
      'a port that is none',
      { username: 'blue', password: 'secret', port: 'five' },
      'The value of the secret has a port that is no number: correct it.',
    ],
    [
      'a port with more than digits',
      { username: 'blue', password: 'secret', port: '5432x' },
      'The value of the secret has a port that is no number: correct it.',
    ],
    [
      'a port that is too long',
      { username: 'blue', password: 'secret', port: 123456 },
      'The value of the secret has a port that is no number: correct it.',
    ],
    ['a URL of another kind', { ...WHOLE, url: 'jdbc:postgresql://db.example/app' }, noUrl],
    ['a URL that is no text', { ...WHOLE, url: 5 }, noUrl],
    ['a URL that cannot be read', { ...WHOLE, url: 'postgres://db:port:more/x' }, noUrl],
    ['a URL of another user', { ...WHOLE, url: URL_OF.replace('blue', 'app') }, other('user')],
    ['a URL with another password', { ...WHOLE, url: URL_OF.replace('secret', 'old') }, other('password')],
    [
      'a URL with nothing of it right',
      { ...WHOLE, url: 'postgres://a:b@db.example/c' },
      other('user and password and database'),
    ],
    [
      'a URL with escapes that are none',
      { ...WHOLE, url: URL_OF.replace('secret', '%zz') },
      other('password'),
    ],
  ])('with %s is refused', (_what, value, obstacle) => {
    expect(judged(value)).toEqual({ obstacles: [obstacle], notes: [], usable: null });
  });
});
