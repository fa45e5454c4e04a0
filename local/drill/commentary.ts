import type { Output } from './output';
import { parseEntry, textOf, type LogEntry } from './function-log';
import { APP, ORCHESTRATOR } from './installation/model';

/** Tells what the orchestrator decides, from the log that it writes anyway. */
export function commentary(output: Output): (functionName: string, line: string) => void {
  const waiting = new Map<string, string | null>();
  return (functionName, line) => {
    const entry = functionName === ORCHESTRATOR ? parseEntry(line) : null;
    const told = entry === null ? null : describe(entry);
    if (entry === null || told === null) return;
    const waits = entry['action'] === 'wait' ? told : null;
    // Each look says anew what it waits for.
    if (waits === null || waits !== waiting.get(whose(entry))) output.progress(`  ${whose(entry)}${told}`);
    waiting.set(whose(entry), waits);
  };
}

/** Said of the other credential of a group. */
function whose(entry: LogEntry): string {
  const credential = textOf(entry, 'credential');
  return credential === '' || credential === APP.name ? '' : `${credential}: `;
}

/** What is worth telling of a wait: the others last as long as a deployment. */
const WAITS = /readers may still|waiting for the canary|waiting for the group/;

function describe(entry: LogEntry): string | null {
  const text = (key: string) => textOf(entry, key);
  if (entry['level'] === 'ERROR') return `orchestrator: ${text('message')}`;
  switch (entry['action']) {
    case 'wait':
      return WAITS.test(text('why')) ? text('why') : null;
    case 'publish':
      return `publishing ${text('slot')}: tasks that start from now on read it`;
    case 'force-deployment':
      return `redeploying ${text('consumer')}`;
    case 'rotate':
      return `rotating ${text('slot')}: ${text('why')}`;
    case 'write-record':
      return `${text('phase')} on ${text('slot')}: ${text('why')}`;
    case 'retire':
      return `locking ${text('slot')} out: ${text('why')}`;
    case 'restore':
      return `letting ${text('slot')} log in again: ${text('why')}`;
    case 'terminate':
      return `ending the sessions of ${text('slot')}: ${text('why')}`;
    case 'unstage':
      return `clearing AWSPENDING of ${text('slot')}: ${text('why')}`;
    default:
      return null;
  }
}
