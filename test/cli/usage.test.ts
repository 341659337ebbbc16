import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { millrace } from './terminal.ts';

const APP = new URL('./fixtures/shop.ts', import.meta.url).pathname;
const LIBRARY = new URL('../../lib/index.ts', import.meta.url).pathname;
const MAIN = new URL('../../lib/cli/main.ts', import.meta.url).pathname;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('a wrong call is one clear line and code 2', () => {
  it.each([
    [
      ['nonsense'],
      'there is no command "nonsense"; the commands are init, dev, run, explain, types, status, query, tail, dead-letters, record, why',
    ],
    [['--nonsense'], 'there is no option "--nonsense"'],
    [['toString'], 'there is no command "toString"'],
    [['dev', '--ap-port', '1'], "unknown option '--ap-port'; did you mean --api-port? (see millrace dev --help)"],
    [['run', APP, '--inptu', 'clicks=-'], "unknown option '--inptu'; did you mean --input? (see millrace run --help)"],
    [['run', APP, '--something-else'], "unknown option '--something-else' (see millrace run --help)"],
    [['dev'], 'APP is missing'],
    [['dev', APP, 'more'], 'unexpected argument "more"'],
    [['dev', APP, '--api-port', '80800'], '--api-port must be a whole number from 0 to 65535, not "80800"'],
    [['dev', APP, '--api-port', '1e3'], 'not "1e3"'],
    [['dev', APP, '--api-port', '-1'], '--api-port must be a whole number from 0 to 65535, not "-1"'],
    [['dev', APP, '--api-port'], "option '--api-port <value>' argument missing"],
    [['dev', APP, '--no-generator=yes'], "option '--no-generator' does not take an argument"],
    [['dev', APP, '--shards', '0'], '--shards must be a whole number from 1 to 1000'],
    [['dev', APP, '--rate', 'many'], '--rate must be a number of at least 0, not "many"'],
    [['dev', 'shop.sql'], 'there is no file shop.sql'],
    [['dev', 'nowhere.ts'], 'there is no file nowhere.ts'],
    [['dev', '.'], '. is not a file'],
    [['dev', 'package.json'], 'package.json is not an application'],
    [['run', APP], 'the application has several views: choose one with --view: per_country, per_size'],
    [['run', APP, '--view', 'per'], 'the application has no view "per"; there are: per_country, per_size'],
    [['run', APP, '--view', 'per_size'], 'view "per_size" reads stream "orders": pass its events with --input orders=FILE'],
    [['run', APP, '--view', 'per_size', '--input', 'file'], '--input must be STREAM=FILE, not "file"'],
    [['run', APP, '--view', 'per_size', '--input', 'clicks=file'], 'the application has no stream "clicks"; there are: orders'],
    [['run', APP, '--view', 'per_size', '--input', 'orders=nowhere'], 'there is no file nowhere'],
    [['run', APP, '--view', 'per_size', '--input', 'orders=.'], '. is a directory'],
    [['why', APP], '--event is missing'],
    [['why', APP, '--event', '{}', '--arrival', 'now'], '--arrival must be an ISO 8601 time'],
    [['why', APP, '--event', '{}', '--url', 'localhost'], '--url must be a URL'],
    [['why', APP, '--event', '{}', '--stream', 'clicks'], 'the application has no stream "clicks"'],
  ])('%j', async (args, message) => {
    const { code, out, err } = await millrace(args);
    expect(err).toContain(message);
    expect(err).toMatch(/^millrace[^\n]*\n$/);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  it.each([
    ['no default export', 'export const a = 1;', /FILE has no default export: write export default application/],
    ['something else as the default', 'export default { views: [] };', /FILE: .*is not what application\('name'/],
    [
      'a mistake in the definition',
      `import { application } from '${LIBRARY}'; export default application('shop', { views: [] });`,
      /FILE: .*views/,
    ],
    ['no TypeScript', 'export default {{;', /FILE(:\d+)? cannot be loaded: /],
    ['an import that is not there', "import 'nowhere-at-all';", /FILE cannot be loaded: Cannot find package 'nowhere-at-all'/],
    ['an error when it runs', "\n\nthrow new Error('oh no');", /FILE:3 cannot be loaded: oh no/],
    [
      'a generator that is none',
      `export { default } from '${APP}'; export const generator = 5;`,
      /FILE: its export "generator" is not the result of generator\(/,
    ],
  ])('an application with %s', async (name, text, message) => {
    const path = join(directory, `${name.replaceAll(' ', '-')}.ts`);
    await writeFile(path, text);
    const { code, err } = await millrace(['dev', path]);
    expect(err.replaceAll(path, 'FILE')).toMatch(message);
    expect(err).toMatch(/^millrace dev: [^\n]*\n$/);
    expect(code).toBe(2);
  });
});

describe('help', () => {
  it.each([
    [['--help'], 'Usage: millrace COMMAND'],
    [['dev', '--help'], 'Usage: millrace dev APP'],
    [['run', '-h'], 'Usage: millrace run APP'],
    [['why', '--help'], 'Usage: millrace why APP'],
    [['init', '--help'], 'Usage: millrace init [DIR]'],
    [['status', '--help'], 'Usage: millrace status'],
    [['query', '--help'], 'Usage: millrace query VIEW'],
    [['tail', '--help'], 'Usage: millrace tail VIEW'],
    [['dead-letters', '--help'], 'Usage: millrace dead-letters [STREAM]'],
  ])('%j', async (args, beginning) => {
    const { code, out } = await millrace(args);
    expect(out.startsWith(beginning)).toBe(true);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(130);
    expect(code).toBe(0);
  });

  it('every option a command takes is in its help', async () => {
    for (const name of ['init', 'dev', 'run', 'why', 'status', 'query', 'tail', 'dead-letters']) {
      const [command] = Object.values((await import(`../../lib/cli/${name}.ts`)) as Record<string, unknown>).filter(
        (value): value is { help: string; options: object } => typeof value === 'object' && value !== null && 'help' in value,
      );
      expect(command?.help).toContain(`millrace ${name}`);
      for (const option of Object.keys(command?.options ?? {})) expect(command?.help).toContain(`--${option}`);
    }
  });

  it('without a command, and the version', async () => {
    expect(await millrace([])).toMatchObject({ code: 2, out: '' });
    expect((await millrace(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('the process', () => {
  const execute = promisify(execFile);

  it('ends with the code, and quietly when its reader goes away', async () => {
    await expect(execute(process.execPath, [MAIN, 'nonsense'])).rejects.toMatchObject({ code: 2, stdout: '' });
    const path = join(directory, 'orders.jsonl');
    const lines = Array.from({ length: 20_000 }, (_, i) =>
      JSON.stringify({ country: 'de', size: 1, price: 1, at: new Date(i * 60_000).toISOString() }),
    );
    await writeFile(path, lines.join('\n'));
    const { stdout, stderr } = await execute('sh', [
      '-c',
      `"${process.execPath}" "${MAIN}" run "${APP}" --view per_country --input "orders=${path}" | head -n 1`,
    ]);
    expect(stdout).toContain('"window_start":"1970-01-01T00:00:00.000Z"');
    expect(stderr).not.toContain('EPIPE');
  });
});
