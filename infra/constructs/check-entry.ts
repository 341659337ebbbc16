import { spawnSync } from 'node:child_process';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync } from 'esbuild';
import { MillraceError } from '../../lib/core/errors.ts';

/** In the repository this file is `.ts` and so is the compiler; in the package both are `.js`. */
const SELF = fileURLToPath(import.meta.url);
const COMPILE = join(dirname(SELF), `../../lib/compile/compile${extname(SELF)}`);

const PROGRAM = `
import application from 'millrace-application';
import { compile } from ${JSON.stringify(COMPILE)};
try {
  console.log((await compile(application)).name);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}`;

/**
 * Refuses an invalid application before anything is deployed. Compiling is asynchronous and constructs are not, so it runs in a
 * separate process, from the same code that goes into the functions.
 *
 * @param entry absolute path of the file whose default export is the application
 * @param name the application's name
 * @param options the functions' bundling options
 * @throws MillraceError `definition` with the errors
 */
export function checkEntry(entry: string, name: string, options: BuildOptions): void {
  const { entryPoints: _, ...shared } = options;
  const { outputFiles } = buildSync({
    ...shared,
    stdin: { contents: PROGRAM, resolveDir: dirname(SELF), sourcefile: 'check.js' },
    // Whatever Node runs CDK, not Lambda's.
    target: 'node20',
    sourcemap: false,
    write: false,
  });
  const input = outputFiles?.[0]?.text ?? '';
  const { status, stdout, stderr, error } = spawnSync(process.execPath, ['--input-type=module', '-'], { input, encoding: 'utf8' });
  if (status !== 0) throw new MillraceError('definition', `${entry}: ${stderr.trim() || error?.message || `exit code ${status}`}`);
  const exported = stdout.trim().split('\n').at(-1);
  if (exported !== name) throw new MillraceError('definition', `${entry} exports application "${exported}", but app is "${name}"`);
}
