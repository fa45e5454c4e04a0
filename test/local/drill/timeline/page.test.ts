import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { marksOf } from '../../../../local/drill/timeline/marks';
import type { Timeline } from '../../../../local/drill/timeline/model';
import { renderPage } from '../../../../local/drill/timeline/page';
import { draw } from '../../../../local/drill/timeline/picture';
import { CHROMIUM, startBrowser, type Browser } from '../../../support/browser';
import { PAGE, TIMELINE } from './examples';

const html = renderPage(PAGE);

describe('the page of a run', () => {
  it('tells the verdict, the versions, the table and every chapter', () => {
    for (const text of [
      'FAILED: 1 logins failed.',
      'PostgreSQL 17.10',
      '<td>0.50 s</td>',
      'Rotation 1: green',
    ])
      expect(html).toContain(text);
  });

  it('shows what was said in a run as text, whatever it holds', () => {
    expect(html).toContain('psql &#60;left open&#62; is &#34;in the way&#34;');
    expect(html).not.toContain('<left open>');
  });

  it('is one file that loads nothing and runs nothing', () => {
    expect(html).not.toMatch(/<script|https?:|url\(|@import/);
  });

  it('colours each task by the user that it holds, and one that never logged in by none', () => {
    const bars = [...html.matchAll(/class="bar (\w+)"><title>a task of worker: ([^<]+)/g)].map((found) =>
      found.slice(1),
    );
    expect(bars).toEqual(
      expect.arrayContaining([
        ['blue', 'logs in as app_blue'],
        ['green', 'logs in as app_green'],
        ['nobody', 'never logged in'],
      ]),
    );
  });

  it('tells failed logins in words as well as in colour', () => {
    expect(html).toContain('<text x="0" y="');
    expect(html).toMatch(/class="label bad">logins per 100 ms, at most 6; 1 failed</);
    // In the chapter without a failed one there is nothing to tell.
    expect(html).toMatch(/class="label">logins per 100 ms, at most 5; none failed</);
  });

  it('tells the steps of a rotation in their order, refusals and faults among them', () => {
    const [first, second] = PAGE.chapters;
    if (first === undefined || second === undefined) throw new Error('two chapters');
    expect(marksOf(TIMELINE, first).map(({ at, text }) => [at, text.split(/[:;]/)[0]])).toEqual([
      [1_200, 'app_green is given a new password'],
      [1_800, 'green is published'],
      [2_000, 'drill/web, drill/worker redeployed by one forced deployment each'],
      [3_000, 'settled'],
    ]);
    expect(marksOf(TIMELINE, second).map(({ kind }) => kind)).toEqual(['fault', 'refusal']);
  });

  it('says of a password of the active user that nothing else logs in, and not that nobody uses it', () => {
    const timeline = { ...TIMELINE, passwordChanges: [{ at: 1_200, slot: 'blue' as const }] };
    const [first] = PAGE.chapters;
    if (first === undefined) throw new Error('a chapter');
    expect(marksOf(timeline, first)[0]?.text).toBe(
      'app_blue, which is active, is given another password: nothing else logs in from now on',
    );
  });

  it('tells the deployments of a canary and of those that follow it apart', () => {
    const deployments = [...TIMELINE.deployments.slice(0, 1), { at: 3_001, service: 'drill/worker' }];
    const [first] = PAGE.chapters;
    if (first === undefined) throw new Error('a chapter');
    const texts = marksOf({ ...TIMELINE, deployments }, first).map(({ text }) => text);
    expect(texts.filter((text) => text.includes('redeployed'))).toEqual([
      'drill/web redeployed by one forced deployment',
      'drill/worker redeployed by one forced deployment',
    ]);
  });

  it('has a lane for each user that there is, and shows the rotation of an active one upon its bar', () => {
    const timeline: Timeline = {
      ...TIMELINE,
      passwordChanges: [{ at: 1_200, slot: 'blue' }],
      publishes: [{ at: 0, slot: 'blue' }],
      rotations: [{ slot: 'blue', from: 1_000, until: 1_500, finished: true }],
    };
    const single = renderPage({ ...PAGE, timeline });
    expect(single).not.toContain('green (app_green)');
    expect(single).not.toContain('<rect class="bar green"');
    expect(single).toContain('class="outline"><title>blue is rotated');
    expect(html).toContain('class="outline green"><title>green is rotated');
  });

  it('puts numbers that would overlap on a phone into rows of their own', () => {
    const span = { from: 0, until: 10_000 };
    const rows = (...times: readonly number[]) => {
      const marks = times.map((at) => ({ at, kind: 'step' as const }));
      const { body } = draw(TIMELINE, { span, marks, services: false, zero: 0 });
      return [...body.matchAll(/y="(\d+)" overflow="visible"><circle/g)].map(([, y]) => Number(y));
    };
    expect(rows(1_000, 5_000)).toEqual([9, 9]);
    expect(rows(1_000, 1_100, 1_200)).toEqual([9, 27, 45]);
  });
});

const inChromium = CHROMIUM === undefined ? describe.skip : describe; // There is no Chromium on this machine.

inChromium('in Chromium', () => {
  let browser: Browser;
  let file: string;

  beforeAll(async () => {
    file = path.join(mkdtempSync(path.join(tmpdir(), 'tandem-page-')), 'drill.html');
    writeFileSync(file, html);
    browser = await startBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    rmSync(path.dirname(file), { recursive: true, force: true });
  });

  it.each([
    [1_440, 'light'],
    [1_440, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)(
    '%d pixels wide and %s: no error, nothing loaded, nothing wider than the screen',
    async (width, colorScheme) => {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const said: string[] = [];
      const requests: string[] = [];
      page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => said.push(error.message));
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(`file://${file}`);
      expect(said).toEqual([]);
      expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([`file://${file}`]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const paper = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      expect(paper).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(13, 17, 23)');
      await page.close();
    },
  );

  it('no text lies upon another, and none leaves its picture, on a phone', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 900 }, colorScheme: 'light' });
    await page.goto(`file://${file}`);
    expect(await page.evaluate<string[]>(OVERLAPS)).toEqual([]);
    await page.close();
  });

  it('is printed in light colours, also where the screen is dark', async () => {
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 }, colorScheme: 'dark' });
    await page.goto(`file://${file}`);
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    await page.close();
  });
});

/** Texts of one picture whose boxes overlap, or that leave the window. */
const OVERLAPS = `[...document.querySelectorAll('svg.picture')].flatMap((picture) => {
  const texts = [...picture.querySelectorAll('text')].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
  const outside = texts.filter(({ box }) => box.left < 0 || box.right > innerWidth).map(({ text }) => text + ' leaves the window');
  const upon = texts.flatMap((one, index) => texts.slice(index + 1)
    .filter(({ box }) => one.box.left < box.right && box.left < one.box.right && one.box.top < box.bottom - 1 && box.top < one.box.bottom - 1)
    .map(({ text }) => one.text + ' upon ' + text));
  return [...outside, ...upon];
})`;
