import { faultComplaints, faultRows, faultVerdict, type FaultsReport } from '../faults/report';
import { complaints, reportRows, seconds, verdictOf, type DrillReport } from '../report';
import type { Chapter, Timeline } from './model';
import type { Page } from './page';

/** What a run was asked for, and on what it ran: `2 × 2 tasks`, `Node.js 22.1.0`. */
export type Facts = readonly string[];

/** Before a rotation, so that what was there is seen. */
const LEAD_MS = 250;

/** The page of an ordinary drill. */
export function drillPage(report: DrillReport, asked: number, timeline: Timeline, facts: Facts): Page {
  return {
    title: 'Tandem drill',
    ok: report.ok,
    verdict: verdictOf(report, complaints(report, asked)),
    facts: [`PostgreSQL ${report.postgres}`, ...facts],
    table: reportRows(report),
    timeline,
    chapters: chaptersOf(timeline, report),
  };
}

/** The page of a drill with faults. */
export function faultsPage(report: FaultsReport, timeline: Timeline, facts: Facts): Page {
  return {
    title: 'Tandem drill with faults',
    ok: report.ok,
    verdict: faultVerdict(report, faultComplaints(report)),
    facts: [
      `PostgreSQL ${report.postgres}`,
      `seed ${report.seed}`,
      ...facts,
      ...(report.logins.outage === 0
        ? []
        : [
            `${report.logins.outage} logins failed because the database itself was down, or had older passwords`,
          ]),
    ],
    table: faultRows(report),
    timeline,
    chapters: report.rounds.map(({ name, fromMs, untilMs, faults, logins, convergedMs }, index) => ({
      title: `Round ${index + 1}: ${name}`,
      figures: `in order again after ${seconds(convergedMs)}; ${logins.ok} logins, ${logins.failed} failed, ${logins.outage} in an outage of the database`,
      from: fromMs,
      until: untilMs,
      faults: faults.map(({ atMs, injected, answered }) => ({ at: atMs, text: `${injected} → ${answered}` })),
    })),
  };
}

/** The page of a run that came to no report. */
export function brokenPage(reason: string, timeline: Timeline, facts: Facts): Page {
  return {
    title: 'Tandem drill',
    ok: false,
    verdict: `FAILED: ${reason}`,
    facts,
    table: [],
    timeline,
    chapters: chaptersOf(timeline, { rotations: [] }),
  };
}

/** A chapter for each rotation, until the next one begins. */
function chaptersOf(
  { rotations, durationMs }: Timeline,
  report: Pick<DrillReport, 'rotations'>,
): readonly Chapter[] {
  return rotations.map(({ slot, from }, index) => {
    const next = rotations[index + 1]?.from;
    return {
      title: `Rotation ${index + 1}: ${slot}`,
      figures: figuresOf(report.rotations[index]),
      from: Math.max(0, from - LEAD_MS),
      until: next === undefined ? durationMs : next - LEAD_MS,
      faults: [],
    };
  });
}

function figuresOf(rotation: DrillReport['rotations'][number] | undefined): string {
  if (rotation === undefined) return '';
  const { rotationMs, rolloutMs, logins } = rotation;
  return `rotated in ${seconds(rotationMs)}, rolled out in ${seconds(rolloutMs)}; ${logins.ok + logins.failed} logins, ${logins.failed} failed`;
}
