import { GetParameterHistoryCommand } from '@aws-sdk/client-ssm';
import { parameterName } from '../../lambda-src/contract/names';
import { parseEvidence, type Evidence } from '../../lambda-src/contract/record';
import { CommandError, EXIT } from '../exit';
import { oneCredential, openInstallation, type Installation, type Whereabouts } from '../installation';
import { duration, moment, table, type Terminal } from '../terminal';

const CSV_COLUMNS = [
  'settledAt',
  'outcome',
  'slot',
  'version',
  'previousSlot',
  'previousVersion',
  'startedAt',
  'flippedAt',
  'adoptionSeconds',
  'consumers',
  'reason',
] as const;

/** Every rotation that was rolled out, or reverted, and every leak that is over, oldest first; Parameter Store keeps the last hundred. @returns the exit code */
export async function history(
  terminal: Terminal,
  where: Whereabouts,
  named: string | undefined,
  csv: boolean,
): Promise<number> {
  if (csv && terminal.json) throw new CommandError('Give --csv or --json, not both.', EXIT.usage);
  const installation = openInstallation(where);
  const credential = await oneCredential(installation, named);
  const rotations = await readHistory(installation, credential);
  terminal.answer({ credential, rotations }, () => {
    if (csv) return csvOf(rotations);
    return rotations.length === 0 ? `${credential} has not been rotated yet.` : table(rowsOf(rotations));
  });
  return EXIT.done;
}

async function readHistory({ clients, prefix }: Installation, credential: string): Promise<Evidence[]> {
  const Name = parameterName(prefix, credential, 'evidence');
  const rotations: Evidence[] = [];
  let NextToken: string | undefined;
  do {
    const page = await clients.ssm.send(new GetParameterHistoryCommand({ Name, MaxResults: 50, NextToken }));
    for (const { Value = '' } of page.Parameters ?? []) {
      const evidence = parseEvidence(Value);
      if (evidence !== null) rotations.push(evidence);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return rotations;
}

function rowsOf(rotations: readonly Evidence[]): string[][] {
  return [
    ['settled', 'outcome', 'slot', 'version', 'before', 'took', 'consumers', 'reason'],
    ...rotations.map(({ settledAt, outcome, slot, version, previous, startedAt, consumers, reason }) => [
      moment(Date.parse(settledAt)),
      outcome,
      slot,
      version.slice(0, 8),
      previous?.slot ?? '-',
      duration(Date.parse(settledAt) - Date.parse(startedAt)),
      String(consumers.length),
      reason ?? '',
    ]),
  ];
}

function csvOf(rotations: readonly Evidence[]): string {
  const rows = rotations.map((rotation) => {
    const { settledAt, outcome, slot, version, previous, startedAt, flippedAt, consumers, reason } = rotation;
    const adoption = String((Date.parse(settledAt) - Date.parse(startedAt)) / 1_000);
    const before = [previous?.slot ?? '', previous?.version ?? ''];
    return [
      settledAt,
      outcome,
      slot,
      version,
      ...before,
      startedAt,
      flippedAt ?? '',
      adoption,
      consumers.join(' '),
      reason ?? '',
    ];
  });
  return [CSV_COLUMNS, ...rows].map((row) => row.map(quoted).join(',')).join('\n');
}

/** Source: RFC 4180, sections 2.6 and 2.7. */
function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
