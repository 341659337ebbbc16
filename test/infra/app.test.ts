import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'millrace-app-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What the app says when CDK runs it with `-c` options, without the CLI around it. */
function runApp(context: Record<string, string>, more: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, CDK_OUTDIR: join(directory, 'refused'), CDK_CONTEXT_JSON: JSON.stringify(context), ...more };
  return spawnSync('node', ['infra/app.ts'], { encoding: 'utf8', env });
}

describe('says in one line what is wrong', () => {
  const notes = join(directory, 'notes.ts');
  const broken = join(directory, 'broken.ts');
  const mistaken = join(directory, 'mistaken.ts');
  beforeAll(() => {
    writeFileSync(notes, 'export default 1;\n');
    writeFileSync(broken, "throw new Error('no such luck');\n");
    writeFileSync(
      mistaken,
      `import { application } from '${resolve('lib/index.ts')}';\nexport default application('shop', { views: [] });\n`,
    );
  });

  test.each<[string, Record<string, string>, string]>([
    ['no file', {}, '-c app=FILE is missing: name the application’s file, e.g. npx cdk deploy -c app=examples/clickstream/app.ts'],
    ['a file that is not there', { app: 'examples/none.ts' }, 'there is no file examples/none.ts'],
    ['a file that exports no application', { app: notes }, 'is not what application('],
    ['a file that throws', { app: broken }, 'broken.ts cannot be loaded: no such luck'],
    ['an application without views', { app: mistaken }, 'views must be a list of at least one view'],
  ])('%s', (_, context, message) => {
    const { status, stderr } = runApp(context);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^millrace: .*\n$/s);
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(1);
  });
});

describe('npx cdk synth', () => {
  const output = join(directory, 'cdk.out');
  let said = '';
  beforeAll(() => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_PROFILE, ...env } = process.env;
    const options = ['-c', 'app=examples/clickstream/app.ts', '-c', 'shards=2', '-c', 'starting-position=LATEST'];
    const args = ['synth', '--quiet', '--output', output, '-c', 'removal-policy=destroy', ...options];
    const { stdout, stderr, status } = spawnSync('cdk', args, { encoding: 'utf8', env: { ...env, CDK_VALIDATION: 'true' } });
    said = stdout + stderr;
    expect(said).not.toMatch(/error/i);
    expect(status).toBe(0);
  });

  /** The directory with the bundled functions. */
  const bundle = () => {
    const asset = readdirSync(output).find((name) => existsSync(join(output, name, 'aggregate.mjs')));
    return join(output, asset ?? 'none');
  };
  const template = () => JSON.parse(readFileSync(join(output, 'millrace-shop.template.json'), 'utf8'));
  const ofType = (type: string) =>
    Object.values<{ Type: string; Properties: Record<string, never>; DeletionPolicy?: string }>(template().Resources).filter(
      ({ Type }) => Type === type,
    );

  test('needs no account and warns of nothing', () => {
    expect(said).not.toMatch(/warning|account|credential/i);
  });

  test('follows the options', () => {
    expect(ofType('AWS::Kinesis::Stream')).toMatchObject([{ Properties: { ShardCount: 2 } }]);
    expect(ofType('AWS::Lambda::EventSourceMapping')).toMatchObject([{ Properties: { StartingPosition: 'LATEST' } }]);
    expect(ofType('AWS::DynamoDB::Table')).toMatchObject(Array(2).fill({ DeletionPolicy: 'Delete' }));
    expect(Object.keys(template().Outputs)).toContain('MillraceApiUrl');
  });

  test('the version is the digest of the code', () => {
    const digest = bundle().match(/asset\.([0-9a-f]{64})$/)?.[1];
    expect(digest).toBeDefined();
    for (const { Properties } of ofType('AWS::Lambda::Function')) {
      expect(Properties).toMatchObject({ Environment: { Variables: { MILLRACE_VERSION: digest } } });
      const { Handler, Code } = Properties as unknown as { Handler: string; Code: { S3Key: string } };
      // The function for SQL has the parser besides, in an asset of its own.
      if (Handler !== 'sql.handler') expect(Code.S3Key).toBe(`${digest}.zip`);
    }
  });

  test('the digest is of what was written, not of where or when it was bundled', () => {
    const elsewhere = join(directory, 'deeper/and/deeper');
    mkdirSync(elsewhere, { recursive: true });
    // SQL and the dashboard's page are modules written for the bundle.
    const digests = [directory, elsewhere].map((place) => {
      const CDK_OUTDIR = join(place, 'again');
      const { status, stderr } = runApp({ app: 'examples/sensors/app.sql' }, { CDK_OUTDIR, TMPDIR: place, CDK_VALIDATION: 'false' });
      expect(status, stderr).toBe(0);
      const assets = readdirSync(CDK_OUTDIR).filter((name) => existsSync(join(CDK_OUTDIR, name, 'aggregate.mjs')));
      rmSync(CDK_OUTDIR, { recursive: true });
      return assets;
    });
    expect(digests[0]).toHaveLength(1);
    expect(digests[1]).toEqual(digests[0]);
  });

  test('the bundled functions run, with the application in them', () => {
    const url = (name: string) => JSON.stringify(pathToFileURL(join(bundle(), `${name}.mjs`)).href);
    const program = `
      import { once } from 'node:events';
      import { Worker } from 'node:worker_threads';
      const [aggregate, merge, query] = await Promise.all([import(${url('aggregate')}), import(${url('merge')}), import(${url('query')})]);
      const empty = await aggregate.handler({ Records: [] }, { getRemainingTimeInMillis: () => 60_000 });
      const views = await query.handler({ httpMethod: 'GET', path: '/v1/views' });
      const page = await query.handler({ httpMethod: 'GET', path: '/' });
      const workerData = { millraceTrial: true, stream: 'clicks', sequence: '1', arrival: Date.now(), bytes: new TextEncoder().encode('{}') };
      const worker = new Worker(new URL(${url('aggregate')}), { workerData });
      const trial = [];
      worker.on('message', (message) => trial.push(message));
      await once(worker, 'exit');
      console.log(JSON.stringify({ empty, trial, merge: typeof merge.handler, status: views.statusCode, views: views.body.includes('page_views'), page: /<title>Millrace<.*uplot/s.test(page.body) }));`;
    const file = join(directory, 'run.mjs');
    writeFileSync(file, program);
    const env = {
      PATH: process.env.PATH,
      AWS_REGION: 'eu-west-1',
      MILLRACE_STATE_TABLE: 'state',
      MILLRACE_RESULTS_TABLE: 'results',
      MILLRACE_STREAMS: JSON.stringify({ clicks: 'clicks' }),
    };
    const { stdout, stderr } = spawnSync('node', [file], { encoding: 'utf8', env });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
      empty: { batchItemFailures: [] },
      trial: ['ready', 'done'],
      merge: 'function',
      status: 200,
      views: true,
      page: true,
    });
  });
});
