import { AWSCURRENT, AWSPENDING } from '../../lambda-src/ports/secrets';
import type { Slot } from '../../lambda-src/core/slot';
import { hasOneSecret } from '../../lambda-src/core/strategy';
import type { Held } from './installation';
import type { World } from './world';

/** What people and Terraform do besides what the command line is for. */

/** What applications read is moved back, as the console's AWSPREVIOUS or a parameter's history invites to, to what still logs in. */
export function moveMirrorBack(world: World): boolean {
  const back = world.delivery === 'secret' ? secretBefore(world) : parameterBefore(world);
  if (back === null || !world.server.logsIn(back.login.user, back.login.password)) return false;
  back.move();
  world.promises.meddled = true;
  world.promises.mirrorMovedBy = 'person';
  const active = world.record()?.active;
  if (active !== undefined && world.carries(active))
    for (const held of world.services.held()) held.unnoticed ||= held.strayed;
  return true;
}

/** What applications read before, and how a person makes them read it again. */
interface Before {
  readonly login: Held;
  readonly move: () => void;
}

function secretBefore(world: World): Before | null {
  const { secrets, arns } = world;
  const previous = world.labelled('active', 'AWSPREVIOUS');
  if (previous === null) return null;
  // What a rotation of the one secret has just published is still unknown to the record: docs/adr/0009-one-secret.md.
  const current = world.labelled('active', AWSCURRENT);
  if (hasOneSecret(world.strategy) && current !== world.record()?.active.version) return null;
  const login = world.loginOf(secrets.valueOf(arns.active, previous));
  return login === null ? null : { login, move: () => secrets.attach(arns.active, AWSCURRENT, previous) };
}

function parameterBefore(world: World): Before | null {
  const name = world.name('active');
  const value = world.parameters.before(name);
  const login = world.loginOf(value ?? null);
  if (value === undefined || login === null) return null;
  return { login, move: () => world.parameters.set(name, value) };
}

/** A value that nobody gave to the user is stored as the slot's current one. */
export function writeByHand(world: World, slot: Slot): void {
  const version = `by-hand-${world.writtenByHand.size}`.padEnd(36, '0');
  world.writtenByHand.add(version);
  world.promises.meddled = true;
  const username = world.userOf(slot);
  const value = { engine: 'postgres', host: 'db.example', port: 5432, dbname: 'app', username };
  if (hasOneSecret(world.strategy)) world.promises.mirrorMovedBy = 'person';
  world.secrets.store(
    world.arns[slot],
    version,
    JSON.stringify({ ...value, password: version, url: 'by hand' }),
    AWSCURRENT,
  );
}

/** Somebody with psql, logged in as a slot's user; or it ends. */
export function toggleSession(world: World, slot: Slot): void {
  const role = world.server.role(slot);
  if (world.sessions.delete(slot) || role?.login !== true) return;
  world.sessions.set(slot, role.password ?? '');
}

/** Terraform makes a slot's secret again, empty and under another ARN. */
export function recreate(world: World, slot: Slot): void {
  // Of the only secret nobody has a copy: it halts, and that is all there is to say.
  if (hasOneSecret(world.strategy)) return;
  const before = world.arns[slot];
  world.arns[slot] = world.newSecret(slot);
  world.secrets.delete(before);
  world.recreated.add(slot);
  world.configure();
}

/** A rotation is cancelled, as CancelRotateSecret leaves it. */
export function takePendingOff(world: World, slot: Slot): void {
  world.promises.meddled = true;
  if (world.labelled(slot, AWSPENDING) !== null) world.secrets.detach(world.arns[slot], AWSPENDING);
}

/** The command line: somebody else may know a password. */
export function reportLeak(world: World, slot: Slot): void {
  const record = world.record();
  if (record === null) return;
  const standby = world.labelled(slot, AWSCURRENT) ?? '';
  world.ask('compromised', record.active.slot === slot ? record.active.version : standby);
}
