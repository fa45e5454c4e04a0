import fc from 'fast-check';
import { parseRotatorEvent } from '../../../lambda-src/contract/events';
import { ContractError } from '../../../lambda-src/contract/parse';
import { halt } from '../../../lambda-src/core/record';
import type { Slot } from '../../../lambda-src/core/slot';
import { DatabaseError } from '../../../lambda-src/ports/database';
import { AWSCURRENT, AWSPENDING } from '../../../lambda-src/ports/secrets';
import type { RotatorDependencies } from '../../../lambda-src/rotator/dependencies';
import { dispatch } from '../../../lambda-src/rotator/dispatch';
import { InstallationError, RotationRefusedError, UserUnfitError } from '../../../lambda-src/rotator/errors';
import { ADMIN_ARN, ModelInstallation, PREFIX } from '../../model/installation';
import { anyText, nearly, runs } from '../../support/fuzz';
import { MemoryDatabase } from '../../support/memory-database';
import { MemoryTelemetry } from '../../support/memory-telemetry';

/** What nobody may be told: it is in every value that is written here. Short: JSON.parse quotes ten characters. */
const SECRET = 'hunter2';
const VERSION = 'f'.repeat(32);
const NAMED = [ContractError, InstallationError, RotationRefusedError, UserUnfitError, DatabaseError];

const valueOf = (user: string, password = SECRET) => ({
  engine: 'postgres',
  host: 'db.example',
  port: 5432,
  dbname: 'app',
  username: user,
  password,
  url: `postgresql://${user}:${password}@db.example:5432/app`,
});

/** What somebody wrote as the value of a user: no JSON, other JSON, or nearly what it should be. */
const valueFor = (user: string): fc.Arbitrary<string> =>
  fc.oneof(
    anyText.map((text) => `${SECRET}${text}`),
    anyText.map((text) => JSON.stringify(`${SECRET}${text}`)),
    ...Array.from({ length: 4 }, () =>
      nearly(valueOf(user)).map((value) => (JSON.stringify(value) as string | undefined) ?? SECRET),
    ),
    anyText.map((text) => JSON.stringify(valueOf(user, `${SECRET}${text}`))),
  );

/** A bootstrapped credential, and what the rotator is given. */
async function installed() {
  const installation = new ModelInstallation();
  const telemetry = new MemoryTelemetry();
  let byte = 0;
  const dependencies: RotatorDependencies = {
    environment: {
      prefix: PREFIX,
      database: {
        writer: installation.server.endpoint,
        readers: [],
        lockDatabase: 'postgres',
        adminSecretArn: ADMIN_ARN,
        timeouts: { connectMs: 1_000, statementMs: 1_000, lockMs: 1_000 },
      },
      caBundle: undefined,
      importedSecrets: {},
    },
    database: new MemoryDatabase(installation.server),
    secrets: installation.secrets,
    parameters: installation.parameters,
    clock: installation.clock,
    pause: () => Promise.resolve(),
    randomBytes: (count) => Uint8Array.from({ length: count }, () => (byte = (byte + 101) % 256)),
    telemetry,
  };
  const send = (event: object) => dispatch(dependencies, parseRotatorEvent(event));
  await send({ action: 'bootstrap', credential: 'app' });
  return { installation, telemetry, send };
}

type Installed = Awaited<ReturnType<typeof installed>>;

const step = ({ installation }: Installed, Step: string) => ({
  SecretId: installation.arns.green,
  ClientRequestToken: VERSION,
  Step,
});

/** Every way in which the rotator comes to read a value: what is prepared, and what is asked for then. */
const WAYS: Readonly<Record<string, (app: Installed, text: string) => object>> = {
  'staged, in setSecret': (app, text) => {
    app.installation.secrets.store(app.installation.arns.green, VERSION, text, AWSPENDING);
    return step(app, 'setSecret');
  },
  'staged, in testSecret': (app, text) => {
    app.installation.secrets.store(app.installation.arns.green, VERSION, text, AWSPENDING);
    return step(app, 'testSecret');
  },
  'of the standby, in verify': (app, text) => {
    app.installation.secrets.store(app.installation.arns.green, VERSION, text, AWSCURRENT);
    return { action: 'verify', credential: 'app', slot: 'green', version: VERSION };
  },
  'of the active slot, in preflight': ({ installation }, text) => {
    activate(installation, 'blue', text);
    return { action: 'preflight', credential: 'app' };
  },
  'of the active slot, in reassert': ({ installation }, text) => {
    activate(installation, 'blue', text);
    const record = installation.record();
    if (record === null) throw new Error('bootstrap left no record');
    installation.set('record', JSON.stringify(halt(record, installation.clock.now(), 'restored')));
    return { action: 'reassert', credential: 'app', slot: 'blue', version: VERSION };
  },
  'of the mirror, in a bootstrap of a lost slot': ({ installation }, text) => {
    installation.secrets.store(installation.arns.active, VERSION, text, AWSCURRENT);
    installation.parameters.delete(installation.name('record'));
    installation.arns.green = installation.newSecret('green');
    installation.configure();
    return { action: 'bootstrap', credential: 'app' };
  },
  'of a slot, in a bootstrap without a record': ({ installation }, text) => {
    activate(installation, 'blue', text);
    installation.parameters.delete(installation.name('record'));
    return { action: 'bootstrap', credential: 'app' };
  },
  'of the admin, in setSecret': (app, text) => {
    const staged = JSON.stringify(valueOf('green'));
    app.installation.secrets.store(app.installation.arns.green, VERSION, staged, AWSPENDING);
    app.installation.secrets.store(ADMIN_ARN, VERSION, text, AWSCURRENT);
    return step(app, 'setSecret');
  },
};

/** Another value becomes the one that the record calls active. */
function activate(installation: ModelInstallation, slot: Slot, text: string): void {
  installation.secrets.store(installation.arns[slot], VERSION, text, AWSCURRENT);
  const record = installation.record();
  if (record === null) throw new Error('bootstrap left no record');
  installation.set('record', JSON.stringify({ ...record, active: { slot, version: VERSION } }));
}

/** Everything an error says, its causes included. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack ?? ''} ${JSON.stringify(error)} ${error.cause === undefined ? '' : everythingIn(error.cause)}`;
}

describe('whatever stands in a secret is used, or refused by a named error that does not show it', () => {
  it.each(Object.entries(WAYS))(
    'I5: a value %s',
    async (_, prepare) => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom('blue', 'green').chain(valueFor), async (text) => {
          const app = await installed();
          const event = prepare(app, text);
          let told: string;
          try {
            told = JSON.stringify({ answer: await app.send(event) });
          } catch (error) {
            expect(NAMED.map(({ name }) => name)).toContain((error as Error).constructor.name);
            told = everythingIn(error);
          }
          expect(told).not.toContain(SECRET);
          expect(told.length).toBeLessThan(20_000);
          expect(app.telemetry.text()).not.toContain(SECRET);
        }),
        runs(60),
      );
    },
    300_000,
  );
});
