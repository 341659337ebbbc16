import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compile } from '../compile/compile.ts';
import { loadSchemaFiles } from '../compile/load-schema-files.ts';
import { MillraceError } from '../core/errors.ts';
import type { Application } from '../dsl/application.ts';
import type { Generator } from '../dsl/generator.ts';
import { sqlApplication } from '../dsl/sql-application.ts';
import type { Plan } from '../plan/plan.ts';
import { UsageError } from './usage-error.ts';

/** The content of an application's file. */
export interface LoadedApplication {
  readonly application: Application;
  readonly plan: Plan;
  /** its `generator`, if it exports one */
  readonly generator: Generator | undefined;
  /** the file's absolute path */
  readonly entry: string;
}

const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs'];

/**
 * Loads a file whose default export is an application, or a file of SQL, which is an application.
 *
 * @param file path, relative to the working directory
 * @throws UsageError if there is no such file; MillraceError `definition` if it cannot be loaded, or its application is missing or
 *   invalid
 */
export async function loadApplication(file: string): Promise<LoadedApplication> {
  const entry = resolve(file);
  const extension = extname(entry);
  if (!existsSync(entry)) throw new UsageError(`there is no file ${file}`);
  if (!statSync(entry).isFile()) throw new UsageError(`${file} is not a file: name the file whose default export is the application`);
  if (extension === '.sql') {
    const application = await loadSchemaFiles(sqlApplication(file, readFileSync(entry, 'utf8')), dirname(entry));
    return { application, plan: await compile(application), generator: undefined, entry };
  }
  if (!EXTENSIONS.includes(extension)) {
    throw new UsageError(`${file} is not an application: use a file that ends in ${[...EXTENSIONS, '.sql'].join(', ')}`);
  }
  const { default: application, generator } = await importFile(file, entry);
  if (application === undefined) {
    throw new MillraceError('definition', `${file} has no default export: write export default application('name', { views: […] })`);
  }
  let plan: Plan;
  try {
    plan = await compile(application as Application);
  } catch (error) {
    throw new MillraceError('definition', `${file}: ${(error as Error).message}`, { cause: error });
  }
  return { application: application as Application, plan, generator: checkedGenerator(file, generator, plan), entry };
}

async function importFile(file: string, entry: string): Promise<{ default?: unknown; generator?: unknown }> {
  try {
    return (await import(pathToFileURL(entry).href)) as { default?: unknown; generator?: unknown };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new MillraceError('definition', `${file}: Node ${process.versions.node} cannot read TypeScript; use Node 24`, { cause: error });
    }
    throw new MillraceError('definition', `${place(file, entry, error)} cannot be loaded: ${message ?? error}`.replaceAll('\n', ' '), {
      cause: error,
    });
  }
}

/** The file, with the line that failed if it is known. */
function place(file: string, entry: string, error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const at = stack.split('\n').find((line) => line.includes(entry) || line.includes(pathToFileURL(entry).href));
  const position = at && /:(\d+)(?::\d+)?\)?$/.exec(at)?.[1];
  return position === undefined ? file : `${file}:${position}`;
}

function checkedGenerator(file: string, generator: unknown, plan: Plan): Generator | undefined {
  if (generator === undefined) return undefined;
  const given = generator as Partial<Generator> | null;
  if (given?.kind !== 'generator' || typeof given.event !== 'function') {
    throw new MillraceError(
      'definition',
      `${file}: its export "generator" is not the result of generator(stream, { eventsPerSecond, event })`,
    );
  }
  if (!plan.streams.some(({ name }) => name === given.stream)) {
    throw new MillraceError(
      'definition',
      `${file}: its generator creates events of stream "${given.stream}", which no view of the application reads`,
    );
  }
  return given as Generator;
}
