import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** In the package the page is a finished file beside this one; in the repository it is built when it is asked for. */
const FINISHED = fileURLToPath(new URL('page.html', import.meta.url));

/**
 * The dashboard as one HTML file with its script, styles and chart in it.
 *
 * @example
 * ```ts
 * createApi({ reader, page: dashboardPage() });
 * ```
 */
export function dashboardPage(): string {
  return existsSync(FINISHED) ? readFileSync(FINISHED, 'utf8') : buildPage();
}

/** A file that holds {@link dashboardPage}, for bundlers: the same one for the same page, as the digest of a bundle must be. */
export function dashboardPageFile(): string {
  if (existsSync(FINISHED)) return FINISHED;
  const page = buildPage();
  const directory = join(tmpdir(), `millrace-dashboard-${createHash('sha256').update(page).digest('hex').slice(0, 16)}`);
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'page.html');
  // Whole at once: another bundler may be reading it.
  const written = `${file}.${process.pid}`;
  writeFileSync(written, page);
  renameSync(written, file);
  return file;
}

/** Puts the page together from `browser/`. */
export function buildPage(): string {
  const browser = new URL('browser/', import.meta.url);
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('main.ts', browser))],
    bundle: true,
    write: false,
    outdir: 'page',
    minify: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
  });
  const part = (extension: string): string => outputFiles.find(({ path }) => path.endsWith(extension))?.text.trim() ?? '';
  // A function as replacement: in a text, "$&" and the like would be taken for patterns.
  return readFileSync(new URL('page.html', browser), 'utf8')
    .replace('/* style */', () => part('.css'))
    .replace('/* script */', () => part('.js').replaceAll('</script', '<\\/script'));
}
