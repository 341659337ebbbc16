import { pathToFileURL } from 'node:url';
import { serveTrial } from './trial-worker.ts';

/**
 * The module a trial's worker runs when the application is a file and not bundled: this one, told by its URL which.
 *
 * @param file absolute path of the file whose default export is the application
 *
 * @example
 * ```ts
 * const trial = createTrialWorker({ entry: trialEntry('/home/me/shop/app.ts') });
 * ```
 */
export function trialEntry(file: string): URL {
  const url = new URL(import.meta.url);
  url.searchParams.set('application', pathToFileURL(file).href);
  return url;
}

const application = new URL(import.meta.url).searchParams.get('application');
if (application !== null) await serveTrial((await import(application)).default);
