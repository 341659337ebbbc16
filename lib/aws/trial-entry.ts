import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread, workerData } from 'node:worker_threads';
import { loadSchemaFiles } from '../compile/load-schema-files.ts';
import type { Application } from '../dsl/application.ts';
import { sqlApplication } from '../dsl/sql-application.ts';
import { serveTrial, type TrialWorkerOptions } from './trial-worker.ts';

/**
 * The options of a trial worker for an application in a file that is not bundled: the worker runs this module, which loads the file.
 *
 * @param file absolute path of the file whose default export is the application, or of a file of SQL
 *
 * @example
 * ```ts
 * const trial = createTrialWorker(trialOfFile('/home/me/shop/app.ts'));
 * ```
 */
export function trialOfFile(file: string): TrialWorkerOptions {
  return { entry: new URL(import.meta.url), application: file };
}

// The worker's side. In a thread that is no trial's, there is no such file.
const file = isMainThread ? undefined : (workerData as { millraceApplication?: string } | null)?.millraceApplication;
if (file !== undefined) await serveTrial(await applicationOf(file));

async function applicationOf(file: string): Promise<Application> {
  if (file.endsWith('.sql')) return loadSchemaFiles(sqlApplication(file, readFileSync(file, 'utf8')), dirname(file));
  return ((await import(pathToFileURL(file).href)) as { default: Application }).default;
}
