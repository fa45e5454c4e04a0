import type { Figures } from './model';

const cells = (values: readonly (string | number)[]) => `| ${values.join(' | ')} |`;

function table(heading: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [heading, heading.map(() => '---'), ...rows].map(cells).join('\n');
}

/** docs/benchmarks.md: what a run found, and what each figure means. */
export function page(figures: Figures): string {
  const { date, machine } = figures;
  return `# Figures

\`npm run bench\` measures all of this anew and writes this page with \`docs/benchmarks.json\`, which has the same figures under
the names in code here. This run (\`date\`): ${date}.

The \`machine\`: ${machine.cpus} \`cpus\` (\`model\` ${machine.model}), ${machine.memoryGiB} GiB (\`memoryGiB\`), \`platform\` ${machine.platform}, \`node\` ${machine.node},
\`loadAverage\` ${machine.loadAverage} when it began: above the number of CPUs, other work ran beside it and times are too long. Counts and
ratios do not depend on the machine. AWS is the local endpoint, so no network is in any time.

${rotationPart(figures)}
${rolloutPart(figures)}
${zipPart(figures)}
${synthesisPart(figures)}`;
}

function rotationPart({ rotation }: Figures): string {
  return `## One rotation (\`rotation\`)

Medians of ${rotation.rotations} \`rotations\` after the first, from RotateSecret to the end of finishSecret.

${table(
  ['figure', 'value', 'what it is'],
  [
    ['`awsCalls`', rotation.awsCalls, 'calls of the rotator; AWS’s own template makes 14'],
    [
      '`connections`',
      rotation.connections,
      'to PostgreSQL, none of which fails; the template 4, one of which fails by design',
    ],
    ['`wallMs`', rotation.wallMs, 'milliseconds from beginning to end'],
    ['`billedMs`', rotation.billedMs, 'milliseconds of its four invocations'],
  ],
)}
`;
}

function rolloutPart({ rollout }: Figures): string {
  return `## One rollout, as consumers grow (\`rollout\`)

The same installation with ever more services of one idle task each (\`bySize\`), rolled onto a rotated standby by events alone.
\`awsCalls\`, \`invocations\` and \`billedMs\` are those of the orchestrator; \`lastUpdateMs\` is from the label event to the answer to the
last UpdateService.

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

Calls grow with the number of consumers to the power of ${rollout.callsExponent} (\`callsExponent\`), billed milliseconds to the
power of ${rollout.billedExponent} (\`billedExponent\`); 1 is linear.
`;
}

function zipPart({ zips }: Figures): string {
  return `## The functions (\`zips\`)

What each \`function\`'s zip weighs and how long its code takes to load, with the AWS SDK bundled, as it is delivered, and
without it, as the runtime brings one: medians over processes that take turns. \`coldStartRatio\` is \`coldStartMs\` over
\`withoutSdkColdStartMs\`.

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

\`tsx main.ts\`, each credential with five services (\`bySize\`): seconds, and the most memory it had.

${table(
  ['`credentials`', '`seconds`', '`megabytes`'],
  synthesis.bySize.map((one) => [one.credentials, one.seconds, one.megabytes]),
)}

Time grows with the number of credentials to the power of ${synthesis.timeExponent} (\`timeExponent\`).
`;
}
