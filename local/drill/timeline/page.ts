import { slotsOf } from './lanes';
import { element, escaped } from './markup';
import { marksOf, type Mark } from './marks';
import type { Chapter, Timeline } from './model';
import { draw, type Picture } from './picture';
import { PAGE_STYLE, PICTURE_STYLE } from './style';

/** What a page about a run tells. */
export interface Page {
  readonly title: string;
  readonly ok: boolean;
  readonly verdict: string;
  /** Versions and settings, one after the other. */
  readonly facts: readonly string[];
  /** The summary, its head first. */
  readonly table: readonly (readonly string[])[];
  readonly timeline: Timeline;
  readonly chapters: readonly Chapter[];
}

/** So many chapters are numbered in the overview; of more, every second, third and so on. */
const MOST_NUMBERS = 20;

/** A page of its own: no script, nothing that is loaded, light and dark, for a screen, a phone and paper. */
export function renderPage(page: Page): string {
  const { title, ok, verdict, facts, table } = page;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>
${PICTURE_STYLE}
${PAGE_STYLE}
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p class="verdict${ok ? '' : ' failed-run'}">${escaped(verdict)}</p>
<p class="facts">${facts.map(escaped).join(' · ')}</p>
${keyOf(page.timeline)}
${overview(page)}
${table.length > 1 ? `<h2>In figures</h2>\n<div class="scroll">${tableOf(table)}</div>` : ''}
${page.chapters.map((chapter) => section(page.timeline, chapter)).join('\n')}
</body>
</html>
`;
}

function keyOf(timeline: Timeline): string {
  const slots = slotsOf(timeline);
  const bars = slots.map(
    (slot) => `<li><svg><rect class="bar ${slot}" width="100%" height="100%" rx="2"/></svg>${slot}</li>`,
  );
  const outline = slots.length === 1 ? 'outline' : 'outline green';
  return `<ul class="key-line">
${bars.join('\n')}
<li><svg><rect class="${outline}" width="100%" height="100%" rx="2"/></svg>is rotated</li>
<li><svg><path class="key" d="M11 0 17 7 11 14 5 7Z"/></svg>gets a new password</li>
<li><svg><rect class="rolling" width="100%" height="100%"/></svg>services are moving</li>
<li><svg><rect class="logins" y="20%" width="100%" height="80%"/></svg>logins</li>
</ul>`;
}

function overview({ timeline, chapters }: Page): string {
  const nth = Math.ceil(chapters.length / MOST_NUMBERS);
  // Until then the system boots, and there is nothing to see.
  const from = Math.min(timeline.durationMs - 1, ...timeline.tasks.map((task) => task.from));
  const picture = draw(timeline, {
    span: { from, until: timeline.durationMs },
    marks: nth === 1 ? chapters.map(({ from }) => ({ at: from, kind: 'step' as const })) : [],
    services: false,
    zero: 0,
  });
  return element(
    'section',
    {},
    element('h2', {}, 'The whole run'),
    svg(picture, 'The whole run on one axis of time'),
  );
}

function section(timeline: Timeline, chapter: Chapter): string {
  const { title, figures, from, until } = chapter;
  const marks = marksOf(timeline, chapter);
  const picture = draw(timeline, { span: { from, until }, marks, services: true, zero: 0 });
  return element(
    'section',
    {},
    element('h2', {}, escaped(title)),
    element('p', { class: 'figures' }, escaped(figures)),
    svg(picture, `${title}, on one axis of time; what is marked is told below`),
    element('ol', { class: 'marks' }, ...marks.map(told)),
  );
}

function told({ at, kind, text }: Mark): string {
  const time = element('time', {}, `${(at / 1_000).toFixed(2)} s`);
  const what = kind === 'step' ? '' : element('b', { class: kind }, `${kind} `);
  return element('li', {}, time, what, escaped(text));
}

function svg({ height, body }: Picture, label: string): string {
  return element('svg', { class: 'picture', height, role: 'img', 'aria-label': label }, body);
}

function tableOf([head = [], ...rows]: Page['table']): string {
  const row = (cells: readonly string[], name: string) =>
    element('tr', {}, ...cells.map((cell) => element(name, {}, escaped(cell))));
  return element(
    'table',
    {},
    element('thead', {}, row(head, 'th')),
    element('tbody', {}, ...rows.map((cells) => row(cells, 'td'))),
  );
}
