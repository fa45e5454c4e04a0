import { mirrorVersion } from '../../lambda-src/contract/tokens';
import { AWSCURRENT, AWSPENDING } from '../../lambda-src/ports/secrets';
import type { Slot } from '../../lambda-src/core/slot';
import { hasOneSecret } from '../../lambda-src/core/strategy';
import type { World } from './world';

/** What people and Terraform do besides what the command line is for. */

/** AWSCURRENT of the active secret is moved back, as the console's AWSPREVIOUS invites to, to what still logs in. */
export function moveMirrorBack(world: World): boolean {
  const { secrets, arns } = world;
  const previous = world.labelled('active', 'AWSPREVIOUS');
  if (previous === null) return false;
  // What a rotation of the one secret has just published is still unknown to the record: docs/adr/0009-one-secret.md.
  const current = world.labelled('active', AWSCURRENT);
  if (hasOneSecret(world.strategy) && current !== world.record()?.active.version) return false;
  const login = loginOf(world, previous);
  if (login === null || !world.server.logsIn(login.user, login.password)) return false;
  secrets.attach(arns.active, AWSCURRENT, previous);
  world.promises.meddled = true;
  world.promises.mirrorMovedBy = 'person';
  const active = world.record()?.active;
  if (active !== undefined && previous === mirrorVersion(world.arns[active.slot], active.version))
    for (const held of world.services.held()) held.unnoticed ||= held.strayed;
  return true;
}

function loginOf(world: World, version: string) {
  return world.loginOf(world.secrets.valueOf(world.arns.active, version));
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
