import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** The system's Chromium, or the one that CHROMIUM names. */
const EXECUTABLE = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);

/** Why there is no browser to test with; `undefined` when there is one. On CI there must be one. */
export function noBrowser(): string | undefined {
  if (EXECUTABLE !== undefined) return undefined;
  const why = 'no Chromium found: install one (apt-get install chromium), or name it by CHROMIUM';
  if (process.env.CI) throw new Error(why);
  console.warn(`The dashboard's browser tests are skipped: ${why}.`);
  return why;
}

/** Starts a headless Chromium. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE as string, args: ['--no-sandbox'] });
}
