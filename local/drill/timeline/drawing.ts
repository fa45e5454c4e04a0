import { element, escaped } from './markup';
import { marksOf } from './marks';
import type { Timeline } from './model';
import { draw } from './picture';
import { PICTURE_STYLE } from './style';

const WIDTH = 840;
const MARGIN = 20;
const LINE = 20;

/**
 * One rotation as an image of its own, what is marked told under it.
 * @param timeline of the one rotation
 */
export function drawing(timeline: Timeline): string {
  const [rotation] = timeline.rotations;
  if (rotation === undefined) throw new Error('There is no rotation to draw.');
  const span = { from: 0, until: timeline.durationMs };
  const marks = marksOf(timeline, { ...span, title: '', figures: '', faults: [] });
  const { height, body } = draw(timeline, { span, marks, services: true, zero: rotation.from });
  const texts = marks.map(({ text }, index) =>
    element('text', { x: MARGIN, y: MARGIN + height + LINE * (index + 1) }, escaped(`${index + 1}  ${text}`)),
  );
  const total = height + 2 * MARGIN + LINE * (marks.length + 0.5);
  const frame = {
    xmlns: 'http://www.w3.org/2000/svg',
    width: WIDTH,
    height: total,
    viewBox: `0 0 ${WIDTH} ${total}`,
  };
  return `${element(
    'svg',
    { ...frame, role: 'img', 'aria-label': `One rotation of ${rotation.slot}, as it was recorded` },
    `\n<style>\n${PICTURE_STYLE}\n.paper{fill:var(--paper)}\n</style>\n`,
    element('rect', { class: 'paper', width: '100%', height: '100%', rx: 8 }),
    element('svg', { x: MARGIN, y: MARGIN, width: WIDTH - 2 * MARGIN, height, overflow: 'visible' }, body),
    `\n${texts.join('\n')}\n`,
  )}\n`;
}
