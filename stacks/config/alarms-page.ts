import { MEANINGS } from '../../modules/alarms/meanings';
import { cell } from './documentation';

/** The page about alarms, in Markdown. */
export function alarmsPage(): string {
  const rows = Object.entries(MEANINGS).map(
    ([kind, { means, first }]) => `| \`${kind}\` | ${cell(means)} | ${cell(first)} |`,
  );
  const table = ['| alarm | what it means | what to do first |', '| --- | --- | --- |', ...rows];
  return `${HEAD}\n${table.join('\n')}\n\n${TAIL}`;
}

const HEAD = `# Alarms

Every alarm is called \`<prefix>-<credential>-<alarm>\` (\`DeadLetters\`, of the whole installation, without a credential), says what
it means and what to do first, and tells one SNS topic: \`alarms.topicArn\`, or one of the installation's own. This page is
generated: \`npx tsx stacks/config/generate.ts\`.
`;

const TAIL = `## How long an alarm lasts

- \`RolloutHalted\`, \`DrainOverdue\`, \`UnregisteredConsumers\` and \`PasswordAge\` are states: they are reported whenever a look comes
  to its end, the last two by the sweep only. Their alarms last until a look reports that the state is over, whatever is missing meanwhile, and tell the topic of
  the end too; new ones tell once that all is well.
- \`LookMissing\` is the alarm about silence: no look has come to its end for three sweeps. After the first apply it is on until the
  first sweep.
- The others count occurrences. What lasts is counted again at every look, and their period holds two sweeps; what happened once
  (\`RolloutReverted\`, \`VersionRejected\`, \`ConsumerMissing\`, a refused or failed rotation) goes silent by itself.

\`PasswordAge\` is there where a credential has \`maxAgeDays\`. The sweep rotates the standby besides, once a day until a rotation
succeeds; not after a revert, for it would roll out again what just failed. A \`maxAgeDays\` that the schedule cannot keep fails
synthesis, with both dates.

## Who reads a secret

\`alarms: { readers: {} }\` tells the topic, without an alarm of CloudWatch, of every read of a slot or of the active secret by a role
other than those of the functions, \`operatorRoleArns\`, and, of the active secret, \`readerRoleArns\` and what starts the tasks of own
consumers. Root and IAM users are never expected.

- It stands on CloudTrail, and Secrets Manager has no data events there: \`GetSecretValue\` is a *management event that reads*. So a
  trail must log reads as well as writes, and a rule must be in the state that sees them. Name one that does as
  \`alarms.readers.trailArn\` (it is not looked at); without it one is made, of every region, in an encrypted bucket
  of its own whose log files are kept for \`logRetentionDays\`.
- The first copy of management events that a trail delivers costs nothing but the bucket; in an account that has a trail already, a
  second one is charged by event: name the first.
- A topic or a key that is given must let \`events.amazonaws.com\` use it, and the key \`cloudtrail.amazonaws.com\` where a trail is made.
- It is best effort. Events come minutes late and may be lost; a read that was denied is seen only where CloudTrail names the secret in
  it. What keeps others from reading is the policy of each secret, not this.
`;
