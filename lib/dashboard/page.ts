import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** In the package, the page is a built file next to this one; in the repository, it is built on demand. */
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
