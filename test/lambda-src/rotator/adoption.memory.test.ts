import { adoptionToken, bootstrapToken, mirrorVersion } from '../../../lambda-src/contract/tokens';
import type { AdoptionPlan, AdoptionSpec } from '../../../lambda-src/ports/database';
import { AWSCURRENT } from '../../../lambda-src/ports/secrets';
import { bootstrap } from '../../../lambda-src/rotator/bootstrap';
import { MemoryCredential } from '../../support/rotator/memory-credential';

const WHOLE = {
  engine: 'postgres',
  host: 'db.example',
  port: 5432,
  dbname: 'app',
  username: 'blue',
  password: 'secret',
  url: 'postgresql://blue:secret@db.example:5432/app?sslmode=require',
};

describe('an adoption', () => {
  const before = 'before'.padEnd(36, '0');
  const plan: AdoptionPlan = {
    batches: [{ database: 'app', statements: [{ sql: 'HAND OVER', remedy: '' }] }],
    obstacles: [],
    notes: ['a note'],
  };
  let app: MemoryCredential;
  let asked: AdoptionSpec[];
  let planned: AdoptionPlan;

  beforeEach(() => {
    app = new MemoryCredential();
    app.register();
    app.configure();
    app.changeDocument({ adopt: { slot: 'blue' } });
    for (const role of ['blue', 'green'])
      app.server.set(role, { password: 'secret', login: true, owner: 'owner' });
    app.secrets.store(app.arns.active, before, JSON.stringify(WHOLE), AWSCURRENT);
    asked = [];
    planned = plan;
    app.session = {
      planAdoption: (spec) => {
        asked.push(spec);
        return Promise.resolve(planned);
      },
      run: ({ statements }) => Promise.resolve(statements.map(({ sql }) => sql)),
    };
  });

  const run = (options = {}) => bootstrap(app.dependencies, 'app', { adopt: true, ...options });
  const token = () => adoptionToken(app.arns.blue, before);

  it('is left to a person: an apply says how to ask for it, and does nothing', async () => {
    expect(await bootstrap(app.dependencies, 'app')).toEqual({
      credential: 'app',
      did: [],
      notes: [
        'tandem/model/app waits to be adopted, and is not rotated until then. Invoke this function with ' +
          '{"action":"bootstrap","credential":"app","adopt":true,"dryRun":true} to read what that would run, and without ' +
          'dryRun to run it.',
      ],
    });
    expect(app.effects.effects).toEqual([]);
  });

  it('hands over, stores the value as the slot’s, makes the twin, and puts the slot’s copy in place', async () => {
    const { did, notes } = await run();
    expect(did).toEqual([
      'HAND OVER',
      'blue: the value of the active secret stored',
      `ALTER ROLE "green" PASSWORD '[redacted]' LOGIN`,
      'green: first value stored',
      'active: carries blue',
      'pointer created',
      'request created',
      'evidence created',
      'record created',
    ]);
    expect(notes).toEqual(['a note']);
    expect(asked).toEqual([
      {
        owner: 'owner',
        database: 'app',
        ownDatabase: false,
        mark: 'managed by tandem: tandem/model/app',
        user: 'blue',
        twin: 'green',
      },
    ]);
    expect(app.record()).toMatchObject({
      phase: 'settled',
      active: { slot: 'blue', version: token() },
      seen: { blue: token(), green: bootstrapToken(app.arns.green) },
    });
    expect(app.labelled('active', AWSCURRENT)).toBe(mirrorVersion(app.arns.blue, token()));
    expect(app.server.logsIn('blue', 'secret')).toBe(true);
    expect(app.effects.calls.filter((call) => call === 'database.login blue')).toHaveLength(2);
  });

  it('says which keys the value lacked', async () => {
    const value = JSON.stringify({ username: 'blue', password: 'secret' });
    app.secrets.store(app.arns.active, 'bare', value, AWSCURRENT);
    expect((await run({ dryRun: true })).would).toContain(
      'blue: the value of the active secret stored, with the keys that it lacked: engine, host, port, dbname, url',
    );
    expect(app.effects.effects).toEqual([]);
  });

  it('goes on where an earlier one died: what is stored and published already is not again', async () => {
    app.effects.plan(app.effects.effects.length + 6, 'dies before');
    await run().catch(() => undefined);
    app.effects.revive();
    expect((await run()).did).not.toContain('blue: the value of the active secret stored');
    app.parameters.delete(app.name('record'));
    expect((await run()).did).toEqual(['HAND OVER', 'record created']);
    expect(app.record()?.active.version).toBe(token());
  });

  it('may be asked for again, for what was made since', async () => {
    await run();
    planned = { ...plan, notes: ['another note'] };
    expect(await run()).toEqual({ credential: 'app', did: ['HAND OVER'], notes: ['another note'] });
    planned = { ...plan, notes: [], obstacles: ['somebody holds it'] };
    await expect(run()).rejects.toThrow(
      'app cannot be adopted yet, and nothing was changed:\n- somebody holds it',
    );
    app.forget();
    expect((await bootstrap(app.dependencies, 'app')).did).toEqual([]);
  });

  it('changes nothing where something stands in the way, and names all of it', async () => {
    planned = { ...plan, obstacles: ['a role owns too much'] };
    app.secrets.setRotationEnabled(app.arns.active, true);
    app.server.set('blue', { password: 'other' });
    const { active } = app.arns;
    await expect(run()).rejects.toThrow(
      [
        'app cannot be adopted yet, and nothing was changed:',
        `- ${active} has rotation enabled, which would change what nobody may change. Run: aws secretsmanager cancel-rotate-secret --secret-id ${active}`,
        `- The value of ${active} does not log in: db.example:5432: password authentication failed for blue Correct it, or name the secret that task definitions read.`,
        '- a role owns too much',
      ].join('\n'),
    );
    expect(app.effects.effects).toEqual([]);
  });

  it('needs a value that can be read, used and tried', async () => {
    const { active } = app.arns;
    const first = async () => (await run({ dryRun: true })).obstacles?.[0];
    app.database = {
      login: () => Promise.resolve({ outcome: 'unreachable', endpoint: 'db', detail: 'away' }),
    };
    expect(await first()).toBe(`Whether the value of ${active} logs in could not be tried: db: away`);
    app.secrets.store(active, 'text', 'a text', AWSCURRENT);
    expect(await first()).toMatch(/is a plain text/);
    app.secrets.detach(active, AWSCURRENT);
    expect(await first()).toBe(`${active} has no value: it has to be the secret that task definitions read.`);
  });

  it('leaves a value alone that somebody writes meanwhile', async () => {
    app.session = {
      ...app.session,
      setPassword: () => {
        app.secrets.store(app.arns.active, 'somebody', JSON.stringify(WHOLE), AWSCURRENT);
        return Promise.resolve();
      },
    };
    await expect(run()).rejects.toThrow(
      `Somebody changed the value of ${app.arns.active} during the adoption; it was left as it is. Invoke it again to adopt that value.`,
    );
    expect(app.labelled('active', AWSCURRENT)).toBe('somebody');
    expect(app.record()).toBeNull();
  });
});
