import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeBlocks } from '../support/code-blocks.ts';
import { click, NewProject } from './new-project.ts';

const directory = mkdtempSync(join(tmpdir(), 'millrace-package-'));
const project = join(directory, 'project');
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  version: string;
  exports: Record<string, { types: string; default: string }>;
  devDependencies: Record<string, string>;
};
const installed = (name: string): string =>
  (JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;

/** As a newcomer's shell: this very Node first, none of this repository's tools. */
const env: NodeJS.ProcessEnv = {
  ...process.env,
  CDK_VALIDATION: 'false',
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
};
const run = (command: string, ...args: string[]): string => execFileSync(command, args, { cwd: project, env, encoding: 'utf8' });
const bin = (name: string): string => join(project, 'node_modules/.bin', name);

let packed: { filename: string; size: number; files: { path: string }[] };

beforeAll(() => {
  [packed] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', directory], { encoding: 'utf8' }));
  cpSync('test/package/consumer', project, { recursive: true });
  // What the README shows, as its reader would write it down.
  const [app = '', test = '', stack = ''] = codeBlocks('README.md', 'ts');
  for (const [file, code] of Object.entries({ 'app.ts': app, 'test.ts': test, 'stack.ts': stack }))
    writeFileSync(join(project, file), code);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', type: 'module', private: true }));
  const others = ['aws-cdk-lib', 'constructs', 'zod', 'typescript', '@types/node'];
  const packages = [join(directory, packed.filename), ...others.map((name) => `${name}@${installed(name)}`)];
  run('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', ...packages);
}, 240_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the package', () => {
  it('holds what it exports and no more than what is needed to run it', () => {
    const paths = packed.files.map(({ path }) => path);
    const exported = Object.values(manifest.exports).flatMap(({ types, default: code }) => [types, code]);
    expect(paths).toEqual(expect.arrayContaining([...exported.map((path) => path.slice(2)), 'LICENSE', 'README.md', 'package.json']));
    const templates = ['typescript', 'sql'].flatMap((kind) =>
      readdirSync(join('templates', kind)).map((file) => `templates/${kind}/${file}`),
    );
    expect(paths.filter((path) => /^(?!dist\/)/.test(path)).sort()).toEqual(['LICENSE', 'README.md', 'package.json', ...templates].sort());
    expect(paths.filter((path) => /^dist\/.*(\.test\.|(?<!\.d)\.ts$)/.test(path))).toEqual([]);
    expect(packed.size).toBeLessThan(1_000_000);
  });

  it('works by every one of its exports', () => {
    const said = JSON.parse(run(process.execPath, 'every-export.ts')) as Record<string, unknown>;
    expect(said).toEqual({
      rows: [
        {
          page: '/a',
          window_start: '2026-01-01T00:00:00.000Z',
          window_end: '2026-01-01T00:01:00.000Z',
          views: 2,
          avg_ms: 20,
          slow: 0,
          final: true,
        },
      ],
      views: [1, null],
      taken: { batchItemFailures: [] },
      handlers: expect.arrayContaining(['aggregate.handler', 'merge.handler', 'query.handler']),
    });
  });

  it('runs what the README shows', () => {
    expect(run(process.execPath, 'test.ts')).toMatch(/page: '\/pricing',[^}]*views: 1,\s+avg_ms: 1200,\s+slow: 1,\s+final: true/);
    expect(() => run(process.execPath, 'stack.ts')).not.toThrow();
  });

  it.each(['nodenext', 'bundler'])('has types that fit, with moduleResolution %s', (resolution) => {
    const options = { module: resolution === 'bundler' ? 'esnext' : 'nodenext', moduleResolution: resolution, target: 'es2024' };
    const strict = { strict: true, noEmit: true, skipLibCheck: false, allowImportingTsExtensions: true, types: ['node'] };
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...options, ...strict }, files: ['every-export.ts', 'test.ts', 'stack.ts'] }),
    );
    expect(() => run(bin('tsc'))).not.toThrow();
  });
});

describe('the millrace command of the package', () => {
  it('knows its version', () => {
    expect(run(bin('millrace'), '--version')).toBe(`${manifest.version}\n`);
  });

  it('runs an application over a file', () => {
    writeFileSync(join(project, 'clicks.jsonl'), '{"page":"/a","user_id":"u","ms":3,"at":"2026-01-01T00:00:00Z"}\n');
    const said = run(bin('millrace'), 'run', 'app.ts', '--input', 'clicks=clicks.jsonl');
    expect(JSON.parse(said)).toMatchObject({ page: '/a', views: 1, avg_ms: 3 });
  });

  it('runs an application as on AWS, with its dashboard', async () => {
    const ports = ['--api-port', '0', '--kinesis-port', '0', '--dynamodb-port', '0'];
    const child = spawn(bin('millrace'), ['dev', 'app.ts', ...ports], { cwd: project, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    try {
      const url = await new Promise<string>((resolve, reject) => {
        child.once('exit', () => reject(new Error(`it ended: ${said}`)));
        child.stdout.on('data', (chunk) => {
          said += chunk;
          const found = /dashboard +(\S+)/.exec(said)?.[1];
          if (found) resolve(found);
        });
      });
      const page = await fetch(url);
      expect(page.headers.get('content-type')).toContain('text/html');
      expect(await page.text()).toContain('Millrace');
    } finally {
      child.kill('SIGKILL');
    }
  });
});

// After all that the packages are installed for: a new project takes them over.
describe.each([
  ['shop', 'project', []],
  ['sql-shop', 'shop', ['--sql']],
] as const)('%s, made by millrace init', (name, before, options) => {
  const made = new NewProject(join(directory, name), env);
  beforeAll(() => {
    const installed = join(directory, before, 'node_modules');
    made.make(join(installed, '.bin/millrace'), join(directory, packed.filename), installed, options);
  }, 240_000);

  it('tests itself', () => {
    const said = made.run('npm', 'test');
    expect(said).toMatch(/^\S* ?pass 2$/m);
    expect(said).toMatch(/^\S* ?fail 0$/m);
  });

  it('synthesises', () => {
    made.run('cdk', 'synth', '--quiet');
    const { Outputs, Resources } = JSON.parse(readFileSync(join(made.directory, `cdk.out/millrace-${name}.template.json`), 'utf8'));
    expect(Object.keys(Outputs)).toEqual(expect.arrayContaining(['MillraceApiUrl', 'MillraceApiKeyId', 'MillraceClicksStream']));
    const handlers = Object.values<{ Properties: { Handler?: string } }>(Resources).map(({ Properties }) => Properties.Handler);
    expect(handlers).toEqual(expect.arrayContaining(['aggregate.handler', 'merge.handler', 'query.handler']));
  });

  it('starts, and is asked by the commands its README names', async () => {
    await made.whileStarted(async ({ api, kinesis }) => {
      await click(kinesis, { page: '/new', user_id: 'ann', ms: 10, at: new Date().toISOString() });
      const millrace = (...args: string[]) => made.run('millrace', ...args, '--url', api, '--json');
      let rows = '';
      for (let tries = 0; rows === '' && tries < 50; tries++) rows = millrace('query', 'page_views', '--key', 'page=/new');
      expect(JSON.parse(rows)).toMatchObject({ page: '/new', views: 1, visitors: 1, avg_ms: 10 });
      expect(JSON.parse(millrace('status'))).toMatchObject({ application: name, healthy: true });
    });
  });
});

it('a new project in SQL runs over the file that comes with it', () => {
  const said = new NewProject(join(directory, 'sql-shop'), env).run('millrace', 'run', 'sql-shop.sql', '--input', 'clicks=clicks.jsonl');
  const rows = said.split('\n').filter(Boolean);
  expect(rows.map((line) => JSON.parse(line))).toMatchObject([{ views: 2, avg_ms: 200 }, { views: 1 }]);
});
