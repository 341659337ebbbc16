import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { flag } from './arguments.ts';
import type { Command, Given } from './command.ts';
import { type Manifest, ownManifest, packageRoot } from './package-root.ts';
import { UsageError } from './usage-error.ts';

/** `millrace init`: a new project. */
export const init: Command = {
  options: { sql: { type: 'boolean' } },
  help: `Usage: millrace init [DIR] [--sql]

Makes a new project: an application that counts page views, a test of it, and what deploys it. It installs by npm install,
starts by npm start, tests by npm test and deploys by npx cdk deploy. Nothing is overwritten.

  DIR     where; made unless it is there. Its name is the application's. Default: this directory
  --sql   the application is a file of SQL; default TypeScript

Example: millrace init shop && cd shop && npm install && npm start
`,
  async run(given, terminal) {
    const directory = resolve(directoryOf(given));
    const manifest = ownManifest();
    const name = nameOf(directory);
    const template = join(packageRoot(), 'templates', flag(given, 'sql') ? 'sql' : 'typescript');
    const files = readdirSync(template).map((file) => ({
      path: join(directory, filled(file, name, manifest)).replace(/gitignore$/, '.gitignore'),
      text: filled(readFileSync(join(template, file), 'utf8'), name, manifest),
    }));
    refuseOverwriting(
      directory,
      files.map(({ path }) => path),
    );
    mkdirSync(directory, { recursive: true });
    // Should one have come to be there since, it is not overwritten either.
    for (const { path, text } of files) writeFileSync(path, text, { flag: 'wx' });
    const shown = relative(process.cwd(), directory) || '.';
    const steps = [...(shown === '.' ? [] : [`cd ${shown}`]), 'npm install', 'npm start'];
    await terminal.out(
      `${shown} holds the application "${name}": ${files.map(({ path }) => basename(path)).join(', ')}\n\n  ${steps.join('\n  ')}\n`,
    );
    return 0;
  },
};

function directoryOf({ positionals }: Given): string {
  const [directory = '.', more] = positionals;
  if (more !== undefined) throw new UsageError(`"${more}" is one argument too many: there is only DIR`);
  if (existsSync(directory) && !statSync(directory).isDirectory()) throw new UsageError(`${directory} is a file: name a directory`);
  return directory;
}

/** A name that will do for the application, its stack, its package and its file: small letters, digits and dashes. */
function nameOf(directory: string): string {
  const name = basename(directory)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 48);
  if (name === '')
    throw new UsageError(`"${basename(directory)}" gives the application no name: name a directory with a letter in its name`);
  const { dependencies, devDependencies } = ownManifest();
  // npm installs no package into one of the same name.
  return name === 'millrace' || name in dependencies || name in devDependencies ? `${name}-app` : name;
}

function refuseOverwriting(directory: string, paths: readonly string[]): void {
  const there = paths.filter((path) => existsSync(path)).map((path) => relative(directory, path));
  if (there.length === 0) return;
  throw new UsageError(`${directory} has ${there.join(', ')} already: nothing was written; name another directory`);
}

/** A template's text with `__name__` and the versions of packages, such as `__zod__`, put in. */
function filled(text: string, name: string, manifest: Manifest): string {
  const { version, dependencies, devDependencies, peerDependencies } = manifest;
  const ranges: Readonly<Record<string, string>> = { ...devDependencies, ...peerDependencies, ...dependencies, millrace: `^${version}` };
  return text.replace(/__(@?[a-z][a-z/-]*)__/g, (token, word: string) => (word === 'name' ? name : (ranges[word] ?? token)));
}
