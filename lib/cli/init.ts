import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { flag } from './arguments.ts';
import type { Command, Given } from './command.ts';
import { type Manifest, ownManifest, packageRoot } from './package-root.ts';
import { UsageError } from './usage-error.ts';

/** `millrace init`: creates a new project. */
export const init: Command = {
  options: { sql: { type: 'boolean' } },
  help: `Usage: millrace init [DIR] [--sql]

Creates a new project: an application that counts page views, a test, and a CDK stack. Its commands are npm install,
npm start, npm test and npx cdk deploy. Nothing is overwritten.

  DIR     the directory, created if it does not exist; its name becomes the application's name. Default: this directory
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
    // A file that was created in the meantime is not overwritten either.
    for (const { path, text } of files) writeFileSync(path, text, { flag: 'wx' });
    const shown = relative(process.cwd(), directory) || '.';
    const steps = [...(shown === '.' ? [] : [`cd ${shown}`]), 'npm install', 'npm start'];
    await terminal.out(
      `Created the application "${name}" in ${shown}: ${files.map(({ path }) => basename(path)).join(', ')}\n\n  ${steps.join('\n  ')}\n`,
    );
    return 0;
  },
};

function directoryOf({ positionals }: Given): string {
  const [directory = '.', more] = positionals;
  if (more !== undefined) throw new UsageError(`unexpected argument "${more}": the only argument is DIR`);
  if (existsSync(directory) && !statSync(directory).isDirectory()) throw new UsageError(`${directory} is a file: name a directory`);
  return directory;
}

/** A name that is valid for the application, its stack, its package and its file: lower-case letters, digits and dashes. */
function nameOf(directory: string): string {
  const name = basename(directory)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 48);
  if (name === '')
    throw new UsageError(`"${basename(directory)}" is not a valid application name: choose a directory whose name has a letter`);
  const { dependencies, devDependencies } = ownManifest();
  // npm does not install a package into a package of the same name.
  return name === 'millrace' || name in dependencies || name in devDependencies ? `${name}-app` : name;
}

function refuseOverwriting(directory: string, paths: readonly string[]): void {
  const there = paths.filter((path) => existsSync(path)).map((path) => relative(directory, path));
  if (there.length === 0) return;
  throw new UsageError(`${directory} already has ${there.join(', ')}: nothing was written; choose another directory`);
}

/** A template's text with `__name__` and package versions such as `__zod__` replaced. */
function filled(text: string, name: string, manifest: Manifest): string {
  const { version, dependencies, devDependencies, peerDependencies } = manifest;
  const ranges: Readonly<Record<string, string>> = { ...devDependencies, ...peerDependencies, ...dependencies, millrace: `^${version}` };
  return text.replace(/__(@?[a-z][a-z/-]*)__/g, (token, word: string) => (word === 'name' ? name : (ranges[word] ?? token)));
}
