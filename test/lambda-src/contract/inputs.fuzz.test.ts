import fc from 'fast-check';
import { parseCredentialDocument } from '../../../lambda-src/contract/config-document';
import {
  orchestratorVariables,
  parseOrchestratorEnvironment,
  parseRotatorEnvironment,
  rotatorVariables,
} from '../../../lambda-src/contract/environment';
import { parseRotatorEvent, parseWake } from '../../../lambda-src/contract/events';
import { ContractError } from '../../../lambda-src/contract/parse';
import { parseRecord, parseRequest, recordText } from '../../../lambda-src/contract/record';
import { generatePassword, PasswordPolicyError } from '../../../lambda-src/core/password';
import { composeValue } from '../../../lambda-src/core/secret-value';
import { leastDocument } from '../../support/credential-document';
import { anyText, anyValue, hostileText, nearly, runs } from '../../support/fuzz';
import { settled } from '../core/examples';

const TOKEN = 'a'.repeat(32);
const arn = (kind: string) =>
  `arn:aws:secretsmanager:eu-west-1:123456789012:secret:tandem/app/${kind}-AbCdEf`;
const DOCUMENT = { ...leastDocument(arn), password: { length: 40, exclude: '"' } };
const DATABASE = {
  writer: { host: 'db.example', port: 5432 },
  readers: [{ host: 'replica.example', port: 5432 }],
  lockDatabase: 'postgres',
  adminSecretArn: arn('admin'),
};
const EVENTS = [
  { SecretId: arn('blue'), ClientRequestToken: TOKEN, Step: 'setSecret' },
  { action: 'bootstrap', credential: 'app', tf: { action: 'create' } },
  { action: 'verify', credential: 'app', slot: 'blue', version: TOKEN },
  { action: 'reassert', credential: 'app', slot: 'green', version: TOKEN },
  { action: 'sessions', credential: 'app', slot: 'green' },
  { action: 'preflight', credential: 'app' },
];

/** Runs what parses; whatever it throws must be a {@link ContractError} of a readable size. */
function refusedClearly(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    expect(error).toBeInstanceOf(ContractError);
    expect(String(error).length).toBeLessThan(20_000);
  }
}

describe('whatever comes in is accepted, or refused with a ContractError', () => {
  it('as an event of the rotator', () => {
    const events = fc.oneof(anyValue, ...EVENTS.map((event) => nearly(event)));
    fc.assert(
      fc.property(events, (event) => refusedClearly(() => parseRotatorEvent(event))),
      runs(),
    );
  });

  it('as a wake-up message', () => {
    const wake = { credential: 'app', cause: 'sweep', id: '6a7e8feb' };
    const bodies = fc.oneof(
      anyText,
      nearly(wake).map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(bodies, (body) => refusedClearly(() => parseWake(body))),
      runs(),
    );
  });

  it('as a configuration document', () => {
    const texts = fc.oneof(
      anyText,
      nearly(DOCUMENT).map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(texts, (text) => refusedClearly(() => parseCredentialDocument('/tandem/app/config', text))),
      runs(),
    );
  });

  it('as the environment of the rotator', () => {
    const good = rotatorVariables({ prefix: 'tandem/prod', database: DATABASE });
    const database = nearly(DATABASE).map((value) => JSON.stringify(value) as string | undefined);
    const environments = fc.record({
      TANDEM_PREFIX: fc.oneof(fc.constant(good['TANDEM_PREFIX']), hostileText),
      TANDEM_DATABASE: fc.oneof(database, anyText),
      TANDEM_CA_BUNDLE: fc.option(hostileText, { nil: undefined }),
    });
    fc.assert(
      fc.property(environments, (environment) => refusedClearly(() => parseRotatorEnvironment(environment))),
      runs(),
    );
  });

  it('as the environment of the orchestrator', () => {
    const good = orchestratorVariables({ prefix: 'tandem', rotator: 'tandem-rotator' });
    const environments = fc.dictionary(fc.constantFrom(...Object.keys(good)), hostileText);
    fc.assert(
      fc.property(environments, (found) => refusedClearly(() => parseOrchestratorEnvironment(found))),
      runs(),
    );
  });
});

describe('whatever stands in a parameter is read, or is none', () => {
  it('as a record: what is read can be stored and read again', () => {
    const texts = fc.oneof(
      anyText,
      nearly(settled()).map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const record = parseRecord(text, ['main/web']);
        if (record !== null) expect(parseRecord(recordText(record), ['main/web'])).not.toBeNull();
      }),
      runs(),
    );
  });

  it('as a request', () => {
    const request = { id: 'r-1', kind: 'revert', leaving: TOKEN };
    const texts = fc.oneof(
      anyText,
      nearly(request).map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const found = parseRequest(text);
        if (found !== null) expect(['revert', 'pause', 'unpause', 'resume', 'rotate']).toContain(found.kind);
      }),
      runs(),
    );
  });
});

describe('what a configuration document accepts', () => {
  it('can be composed into a value that parses back to the same login', () => {
    const names = fc.tuple(hostileText, hostileText);
    fc.assert(
      fc.property(names, ([user, database]) => {
        const { blue, green } = DOCUMENT.slots;
        const text = JSON.stringify({
          ...DOCUMENT,
          database,
          slots: { blue: { ...blue, user }, green },
        });
        refusedClearly(() => {
          const config = parseCredentialDocument('p', text);
          const password = generatePassword({ length: 94, exclude: '' }, everyByte());
          const facts = { ...DATABASE.writer, database: config.database, user, urlOptions: '' };
          const value = composeValue(facts, password);
          const { url, username } = JSON.parse(value.reveal()) as { url: string; username: string };
          const parsed = new URL(url);
          expect(username).toBe(user);
          expect(decodeURIComponent(parsed.username)).toBe(user);
          expect(decodeURIComponent(parsed.pathname.slice(1))).toBe(database);
          expect(decodeURIComponent(parsed.password)).toBe(password.reveal());
        });
      }),
      runs(),
    );
  });

  it('has a password without any excluded character, or a PasswordPolicyError that says how many are left', () => {
    const exclude = fc.oneof(
      hostileText.map((text) => text.slice(0, 95)),
      fc
        .subarray(Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)))
        .map((characters) => characters.join('')),
    );
    const policies = fc.record({ length: fc.integer({ min: 16, max: 128 }), exclude });
    fc.assert(
      fc.property(policies, (policy) => {
        try {
          const password = generatePassword(policy, everyByte()).reveal();
          expect(password).toHaveLength(policy.length);
          expect(Array.from(password).filter((character) => policy.exclude.includes(character))).toEqual([]);
        } catch (error) {
          if (!(error instanceof PasswordPolicyError)) throw error;
          expect(error.message).toMatch(/^Only \d characters are left/);
        }
      }),
      runs(),
    );
  });
});

/** Bytes in an order that repeats: every one of them comes. */
function everyByte(): (count: number) => Uint8Array {
  let next = 0;
  return (count) => Uint8Array.from({ length: count }, () => (next = (next + 101) % 256));
}
