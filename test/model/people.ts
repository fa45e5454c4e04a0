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
  noteUnnoticed(world);
  return true;
}

/** Where a person puts right again what a person had moved, nothing tells of the tasks that started in between. */
function noteUnnoticed(world: World): void {
  const active = world.record()?.active;
  if (active !== undefined && world.carries(active))
    for (const held of world.services.held()) held.unnoticed ||= held.strayed;
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
  const picks = world.delivery === 'entrypoint';
  const name = world.name(picks ? 'pointer' : 'active');
  const value = world.parameters.before(name);
  const login = picks ? world.picked(value ?? '') : world.loginOf(value ?? null);
  if (value === undefined || login === null) return null;
  return { login, move: () => world.parameters.set(name, value) };
}

/** A value that nobody gave to the user is stored as the slot's current one. */
export function writeByHand(world: World, slot: Slot): void {
  const version = `by-hand-${world.writtenByHand.size}`.padEnd(36, '0');
  world.writtenByHand.add(version);
  world.promises.meddled = true;
  if (hasOneSecret(world.strategy) || picksFrom(world, slot)) world.promises.mirrorMovedBy = 'person';
  world.secrets.store(world.arns[slot], version, handWritten(world, slot, version), AWSCURRENT);
}

/** Whether containers that pick their user pick this slot's, or will once the pointer follows the record. */
function picksFrom(world: World, slot: Slot): boolean {
  if (world.delivery !== 'entrypoint') return false;
  return world.text('pointer').startsWith(`${slot} `) || world.record()?.active.slot === slot;
}

/** A password of its own; where the value names its version, every other time one that logs in, of another version. */
function handWritten(world: World, slot: Slot, version: string): string {
  const current = world.secrets.valueOf(world.arns[slot]);
  if (world.delivery === 'entrypoint' && current !== null && world.writtenByHand.size % 2 === 0)
    return `${current} `;
  const value = { engine: 'postgres', host: 'db.example', port: 5432, dbname: 'app' };
  return JSON.stringify({ ...value, username: world.userOf(slot), password: version, url: 'by hand' });
}

/** Where containers pick from the slots, a person moves a slot's label back, as the console's AWSPREVIOUS invites to. */
export function moveSlotBack(world: World, slot: Slot): boolean {
  const previous = world.labelled(slot, 'AWSPREVIOUS');
  if (previous === null || world.delivery !== 'entrypoint') return false;
  world.promises.meddled = true;
  if (picksFrom(world, slot)) world.promises.mirrorMovedBy = 'person';
  world.writtenByHand.add(previous);
  world.secrets.attach(world.arns[slot], AWSCURRENT, previous);
  noteUnnoticed(world);
  return true;
}

/** The pointer is written over with another slot; where it names a version, with the one that is current there. */
export function writePointer(world: World, slot: Slot): void {
  const picks = world.delivery === 'entrypoint';
  if (picks) world.promises.mirrorMovedBy = 'person';
  world.set('pointer', picks ? `${slot} ${world.labelled(slot, AWSCURRENT) ?? ''}` : slot);
  if (picks) noteUnnoticed(world);
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
  // The same apply gives task definitions the new ARN.
  for (const consumer of world.consumers) world.services.setValuesRead(consumer, world.valuesFrom());
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
