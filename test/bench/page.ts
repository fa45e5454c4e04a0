import type { Exponent, Figures } from './model';

const cells = (values: readonly (string | number)[]) => `| ${values.join(' | ')} |`;

function table(heading: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [heading, heading.map(() => '---'), ...rows].map(cells).join('\n');
}

/** In words; `name` is where the JSON has it. */
function growth(what: string, name: string, exponent: Exponent): string {
  return exponent === null
    ? `The machine was too busy to tell how ${what} grow (\`${name}\`).`
    : `${what[0]?.toUpperCase() ?? ''}${what.slice(1)} grow to the power of ${exponent} (\`${name}\`).`;
}

/** docs/benchmarks.md: what a run found, and what each figure means. */
export function page(figures: Figures): string {
  const { date, machine } = figures;
  return `# Figures

\`npm run bench\` measures all of this anew, in a few minutes, and writes this page with [benchmarks.json](benchmarks.json), which has
the same figures under the names in code here. This run (\`date\`): ${date}.

The \`machine\`: ${machine.cpus} \`cpus\` (\`model\` ${machine.model}), ${machine.memoryGiB} GiB (\`memoryGiB\`), \`platform\` ${machine.platform}, \`node\` ${machine.node},
\`loadAverage\` ${machine.loadAverage} when it began (where that is more than there are CPUs, other work ran beside it, and times are too long). Sizes, ratios and what
a rotation calls hardly depend on the machine; how often the orchestrator looks in a rollout does, by how many events come
together. AWS is the local endpoint, so no network is in any time; the sweep, every five minutes on AWS, comes every two
seconds here, and its looks are counted.

${rotationPart(figures)}
${rolloutPart(figures)}
${zipPart(figures)}
${synthesisPart(figures)}`;
}

function rotationPart({ rotation }: Figures): string {
  return `## One rotation (\`rotation\`)

Medians of ${rotation.rotations} \`rotations\`, from RotateSecret to the end of finishSecret; a first one, which starts the function, is not
counted. The template is AWS's own, for alternating users.

${table(
  ['figure', 'value', 'what it is'],
  [
    ['`awsCalls`', rotation.awsCalls, 'calls of the rotator; the template makes 14'],
    [
      '`connections`',
      rotation.connections,
      'to PostgreSQL, and none fails; the template 4, of which one fails',
    ],
    ['`wallMs`', rotation.wallMs, 'milliseconds from beginning to end'],
    ['`billedMs`', rotation.billedMs, 'milliseconds of its four invocations'],
  ],
)}
`;
}

function rolloutPart({ rollout }: Figures): string {
  return `## One rollout, as consumers grow (\`rollout\`)

The same installation with ever more services of one idle task each (\`bySize\`), rolled onto a rotated standby by events alone,
from RotateSecret until the record is settled. \`awsCalls\`, \`invocations\` and \`billedMs\` are the orchestrator's; \`lastUpdateMs\`
is from the label that finishSecret moved to the answer to the last UpdateService. The orchestrator looks at everything anew
before each thing that it does. Of three rollouts of each size, the one that was billed least.

${table(
  ['`consumers`', '`awsCalls`', '`callsPerConsumer`', '`invocations`', '`billedMs`', '`lastUpdateMs`'],
  rollout.bySize.map((one) => [
    one.consumers,
    one.awsCalls,
    one.callsPerConsumer,
    one.invocations,
    one.billedMs,
    one.lastUpdateMs,
  ]),
)}

With the number of consumers, what every rollout takes left out (1 is linear):

- ${growth('calls', 'callsExponent', rollout.callsExponent)}
- ${growth('billed milliseconds', 'billedExponent', rollout.billedExponent)}
- ${growth('milliseconds until the last UpdateService', 'lastUpdateExponent', rollout.lastUpdateExponent)}
`;
}

function zipPart({ zips }: Figures): string {
  return `## The functions (\`zips\`)

What each \`function\`'s zip weighs and how long its code takes to load, with the AWS SDK bundled, as it is delivered, and
without it, as the runtime brings one: the fastest of several processes that take turns. \`coldStartRatio\` is \`coldStartMs\` over
\`withoutSdkColdStartMs\`: below 1, the bundle is worth its kilobytes. What Lambda itself needs to start a sandbox comes on top.

${table(
  [
    'function',
    '`kilobytes`',
    '`coldStartMs`',
    '`withoutSdkKilobytes`',
    '`withoutSdkColdStartMs`',
    '`coldStartRatio`',
  ],
  zips.map((one) => [
    one.function,
    one.kilobytes,
    one.coldStartMs,
    one.withoutSdkKilobytes,
    one.withoutSdkColdStartMs,
    one.coldStartRatio,
  ]),
)}
`;
}

function synthesisPart({ synthesis }: Figures): string {
  return `## Synthesis, as credentials grow (\`synthesis\`)

\`tsx main.ts\`, each credential with five services (\`bySize\`), the fastest of three: seconds from beginning to end, seconds of a
processor (\`cpuSeconds\`), and the most memory it had.

${table(
  ['`credentials`', '`seconds`', '`cpuSeconds`', '`megabytes`'],
  synthesis.bySize.map((one) => [one.credentials, one.seconds, one.cpuSeconds, one.megabytes]),
)}

- ${growth('processor seconds', 'cpuExponent', synthesis.cpuExponent)}
`;
}
