import { Option, type Command } from 'commander';
import { SLOTS } from '../lambda-src/core/slot';
import { replaceLeaked } from './commands/compromised';
import { history } from './commands/history';
import { preflight } from './commands/preflight';
import { reassert } from './commands/reassert';
import { ask, type Plain, type RequestOptions } from './commands/requests';
import { sessions } from './commands/sessions';
import { status } from './commands/status';
import { unstick } from './commands/unstick';
import { CommandError, EXIT } from './exit';
import { asking, seconds, terminalOf, type Common, type Run } from './options';

/** The commands of the person on call. */
export function addOnCall(tandem: Command, run: Run): void {
  addStatus(tandem, run);
  addRequests(tandem, run);
  addReassert(tandem, run);
  addUnstick(tandem, run);
  addSessions(tandem, run);
  addHistory(tandem, run);
  addPreflight(tandem, run);
}

function addStatus(tandem: Command, run: Run): void {
  asking(tandem, 'status', 'who is active, how old passwords are, what is under way or stuck', [
    'tandem status',
    'tandem status app --watch',
    'tandem status --prefix tandem/prod --region eu-central-1 --json',
  ])
    .argument('[credential]', 'one of them; left out: all')
    .option('--watch', 'draw it again every two seconds, until Ctrl-C')
    .action(async (credential: string | undefined, options: Common & { readonly watch?: true }) =>
      run(() => status(terminalOf(options), options, credential, options.watch === true)),
    );
}

interface RequestFlags extends Common {
  readonly dryRun?: true;
  readonly yes?: true;
  readonly wait?: true;
  readonly timeout?: number;
}

function addRequests(tandem: Command, run: Run): void {
  addRotate(tandem, run);
  addRequest(tandem, run, {
    kind: 'revert',
    description: 'go back to the previous credential, which still works, and redeploy the services',
    waits: 'until every consumer is back',
    asks: true,
    examples: ['tandem revert app', 'tandem revert app --yes --wait'],
  });
  addRequest(tandem, run, {
    kind: 'pause',
    description: 'refuse every rotation until tandem unpause; the schedules stay as they are',
    examples: ['tandem pause app'],
  });
  addRequest(tandem, run, {
    kind: 'unpause',
    description: 'end a pause',
    examples: ['tandem unpause app'],
  });
  addRequest(tandem, run, {
    kind: 'resume',
    description: 'say why a credential halted, and let it go on',
    waits: 'until it has settled',
    asks: true,
    examples: ['tandem resume app', 'tandem resume app --yes --wait'],
  });
}

interface RotateFlags extends RequestFlags {
  readonly compromised?: true;
  readonly slot?: string;
}

function addRotate(tandem: Command, run: Run): void {
  asking(
    tandem,
    'rotate',
    'rotate now: the standby, or the only user; services are rolled onto it as after a scheduled rotation',
    [
      'tandem rotate --wait',
      'tandem rotate app --dry-run',
      'tandem rotate app --compromised --dry-run',
      'tandem rotate app --compromised --wait',
    ],
  )
    .argument('[credential]', 'which; may be left out where there is only one')
    .option(
      '--compromised',
      'a password leaked: move every service off it, lock its user out, end its sessions, replace it',
    )
    .addOption(
      new Option('--slot <slot>', 'whose password leaked, with --compromised (the active one)').choices([
        ...SLOTS,
      ]),
    )
    .option('--dry-run', 'say what it would call, and call nothing that changes anything')
    .option('--yes', 'do not ask; only --compromised does, and the strategy single')
    .option('--wait', 'wait until every consumer has moved; with --compromised until the password is gone')
    .option('--timeout <seconds>', timeoutHelp(true), seconds)
    .action(async (credential: string | undefined, { compromised, slot, ...flags }: RotateFlags) =>
      run(() => {
        const options = requestOptions(flags);
        if (compromised !== true && slot !== undefined)
          throw new CommandError(
            '--slot is of use with --compromised only: what a rotation is of, the strategy says.',
            EXIT.usage,
          );
        if (compromised !== true) return ask(terminalOf(flags), 'rotate', credential, options);
        const leaked = SLOTS.find((one) => one === slot);
        return replaceLeaked(terminalOf(flags), credential, {
          ...options,
          ...(leaked === undefined ? {} : { slot: leaked }),
        });
      }),
    );
}

interface RequestCommand {
  readonly kind: Plain;
  readonly description: string;
  /** What --wait waits for; left out: there is nothing to wait for. */
  readonly waits?: string;
  readonly asks?: true;
  readonly examples: readonly string[];
}

function addRequest(
  tandem: Command,
  run: Run,
  { kind, description, waits, asks, examples }: RequestCommand,
): void {
  const command = asking(tandem, kind, description, examples)
    .argument('[credential]', 'which; may be left out where there is only one')
    .option('--dry-run', 'say what it would call, and call nothing that changes anything');
  if (asks === true) command.option('--yes', 'do not ask');
  if (waits !== undefined) command.option('--wait', `wait ${waits}`);
  command
    .option('--timeout <seconds>', timeoutHelp(waits !== undefined), seconds)
    .action(async (credential: string | undefined, flags: RequestFlags) =>
      run(() => ask(terminalOf(flags), kind, credential, requestOptions(flags))),
    );
}

/** The orchestrator looks by itself every five minutes, even where a wake-up is lost. */
const ANSWER_SECONDS = 330;
const SETTLE_SECONDS = 7_200;

function timeoutHelp(mayWait: boolean): string {
  return `the longest to wait (${ANSWER_SECONDS}${mayWait ? `; with --wait ${SETTLE_SECONDS}` : ''})`;
}

function requestOptions({ dryRun, yes, wait, timeout, ...others }: RequestFlags): RequestOptions {
  const patience = timeout ?? (wait === true ? SETTLE_SECONDS : ANSWER_SECONDS);
  return { ...others, dryRun: dryRun === true, yes: yes === true, wait: wait === true, timeout: patience };
}

/** What a command that changes something takes, where it asks first. */
interface ChangeFlags extends Common {
  readonly dryRun?: true;
  readonly yes?: true;
}

function changing(command: Command): Command {
  return command
    .argument('[credential]', 'which; may be left out where there is only one')
    .option('--dry-run', 'say what it would call, and call nothing that changes anything')
    .option('--yes', 'do not ask');
}

const changeOptions = ({ dryRun, yes, ...others }: ChangeFlags) => ({
  ...others,
  dryRun: dryRun === true,
  yes: yes === true,
});

function addReassert(tandem: Command, run: Run): void {
  changing(
    asking(
      tandem,
      'reassert',
      'give a restored database the stored password back, where the credential halted for it',
      ['tandem reassert app --dry-run', 'tandem reassert app && tandem resume app'],
    ),
  ).action(async (credential: string | undefined, flags: ChangeFlags) =>
    run(() => reassert(terminalOf(flags), credential, changeOptions(flags))),
  );
}

function addUnstick(tandem: Command, run: Run): void {
  changing(
    asking(
      tandem,
      'unstick',
      'take off staging labels that a dead rotation left behind, after showing them',
      ['tandem unstick app --dry-run', 'tandem unstick app'],
    ),
  ).action(async (credential: string | undefined, flags: ChangeFlags) =>
    run(() => unstick(terminalOf(flags), credential, changeOptions(flags))),
  );
}

function addSessions(tandem: Command, run: Run): void {
  asking(tandem, 'sessions', 'who is connected as which user, on every instance, and which task that is', [
    'tandem sessions app',
  ])
    .argument('[credential]', 'which; may be left out where there is only one')
    .action(async (credential: string | undefined, options: Common) =>
      run(() => sessions(terminalOf(options), options, credential)),
    );
}

function addHistory(tandem: Command, run: Run): void {
  asking(
    tandem,
    'history',
    'every rotation that was rolled out or reverted, and every leak that is over; the last hundred are kept',
    ['tandem history app', 'tandem history app --csv > rotations.csv'],
  )
    .argument('[credential]', 'which; may be left out where there is only one')
    .option('--csv', 'answer as comma-separated values')
    .action(async (credential: string | undefined, options: Common & { readonly csv?: true }) =>
      run(() => history(terminalOf(options), options, credential, options.csv === true)),
    );
}

function addPreflight(tandem: Command, run: Run): void {
  asking(
    tandem,
    'preflight',
    'check everything that a rotation will need, from where it will run; changes nothing',
    ['tandem preflight', 'tandem preflight app --strict --json'],
  )
    .argument('[credential]', 'one of them; left out: all')
    .option('--strict', 'exit with 1 for a warning too')
    .action(async (credential: string | undefined, options: Common & { readonly strict?: true }) =>
      run(() => preflight(terminalOf(options), options, credential, options.strict === true)),
    );
}
