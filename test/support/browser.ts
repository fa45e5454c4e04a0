import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { subPackage } from '../../local/processes/sub-package';

const FOLDER = path.join(__dirname, '..', 'browser');
const DRIVER = path.join(FOLDER, 'node_modules', 'playwright-core');

/** Where distributions put Chromium; TANDEM_CHROMIUM names another place. */
const PLACES = [
  process.env['TANDEM_CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser's program; undefined where this machine has none. */
export const CHROMIUM = PLACES.find((place) => place !== '' && existsSync(place));

/** What is used of playwright-core, which is installed only when a browser is first opened. */
interface Driver {
  readonly chromium: {
    launch(options: { readonly executablePath: string; readonly args: readonly string[] }): Promise<Browser>;
  };
}

export interface Browser {
  newPage(options: {
    readonly viewport: { readonly width: number; readonly height: number };
    readonly colorScheme: 'light' | 'dark';
  }): Promise<BrowserPage>;
  close(): Promise<void>;
}

export interface BrowserPage {
  on(event: 'console', hear: (message: { type(): string; text(): string }) => void): void;
  on(event: 'pageerror', hear: (error: Error) => void): void;
  on(event: 'request', hear: (request: { url(): string }) => void): void;
  goto(url: string): Promise<unknown>;
  evaluate<T>(script: string): Promise<T>;
  emulateMedia(options: { readonly media: 'print' | 'screen' }): Promise<void>;
  screenshot(options: { readonly path?: string; readonly fullPage: boolean }): Promise<Buffer>;
  close(): Promise<void>;
}

/** Starts Chromium without a window. @throws Error where there is none */
export async function startBrowser(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error('There is no Chromium on this machine.');
  const driver = await subPackage({
    folder: FOLDER,
    name: 'playwright-core (14 MB)',
    find: () => (existsSync(DRIVER) ? DRIVER : undefined),
    announce: (sentence) => process.stderr.write(`${sentence}\n`),
  });
  const { chromium } = createRequire(__filename)(driver) as Driver;
  // Chromium's sandbox does not work for root, and what is opened is a file of our own.
  return await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}
