import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { decodeRecords } from '../../lib/aws/kinesis/decode-records.ts';
import { createTrialWorker } from '../../lib/aws/trial-worker.ts';
import { dashboardPage } from '../../lib/dashboard/page.ts';
import { click } from '../aws/handlers/stack.ts';
import { kinesisRecord } from '../aws/kinesis/records.ts';

const NAMES = ['aggregate', 'merge', 'query', 'sql'] as const;
const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

const bundled = (name: string) => pathToFileURL(join(folder, `${name}.mjs`));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'functions-'));
  const page = join(folder, 'page.html');
  await writeFile(page, dashboardPage());
  await build({
    entryPoints: NAMES.map((name) => join(root, 'functions', `${name}.ts`)),
    alias: {
      'millrace-application': join(root, 'test/aws/fixtures/clicks-application.ts'),
      'millrace-dashboard': page,
    },
    loader: { '.html': 'text' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    banner: { js: `import { createRequire } from 'node:module';const require = createRequire(import.meta.url);` },
    logLevel: 'error',
  });
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

describe('the bundled functions', () => {
  it.each(NAMES)('%s exports a handler, and names a variable that is missing', async (name) => {
    vi.stubEnv('MILLRACE_STATE_TABLE', 'state');
    const file = bundled(name).href;
    await expect(import(`${file}?missing`)).rejects.toThrow('MILLRACE_RESULTS_TABLE');
    vi.stubEnv('MILLRACE_RESULTS_TABLE', 'results');
    expect(await import(file)).toMatchObject({ handler: expect.any(Function) });
  });

  it('aggregate is its own trial worker', async () => {
    vi.stubEnv('MILLRACE_STATE_TABLE', 'state');
    vi.stubEnv('MILLRACE_RESULTS_TABLE', 'results');
    const tried = (page: string, timeout: number) =>
      createTrialWorker({ entry: bundled('aggregate'), heapMegabytes: 128, timeout })(
        'clicks',
        decodeRecords([kinesisRecord(click(page, 1))])[0] as never,
      );
    expect(await tried('/a', 60_000)).toBe('survives');
    expect(await tried('/loop', 500)).toBe('dies');
  });

  it('query and sql start without a client of Kinesis, which they never ask', async () => {
    const asks = await Promise.all(NAMES.map(async (name) => (await readFile(bundled(name), 'utf8')).includes('Kinesis_20131202')));
    expect(Object.fromEntries(NAMES.map((name, i) => [name, asks[i]]))).toEqual({ aggregate: true, merge: true, query: false, sql: false });
  });

  it.each(NAMES)('%s is wiring only', async (name) => {
    const text = await readFile(join(root, 'functions', `${name}.ts`), 'utf8');
    expect(text.split('\n').length).toBeLessThan(40);
  });
});
