import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MillraceApplication } from '../../infra/constructs/millrace-application.ts';
import { application } from '../../lib/dsl/application.ts';
import { sql } from '../../lib/dsl/sql.ts';
import { unbundledApp } from './synth.ts';

process.env.CDK_VALIDATION = 'false';
const directory = mkdtempSync(join(tmpdir(), 'millrace-sql-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const TEXT = `
CREATE TABLE clicks (page text, at timestamptz) WITH (event_time = 'at');
CREATE TABLE "page-orders" (page text, at timestamptz) WITH (event_time = 'at');
CREATE MATERIALIZED VIEW page_views AS
  SELECT page, window_start, window_end, count(*) AS views
  FROM TUMBLE(clicks, at, INTERVAL '1 minute') WHERE page <> 'é' GROUP BY page, window_start, window_end;`;

/** The directory with the bundled functions. */
function bundleIn(output: string, file = 'aggregate.mjs'): string {
  return join(output, readdirSync(output).find((name) => existsSync(join(output, name, file))) ?? 'none');
}

/** Runs bundled functions where there is no package at all, so that what they need must be in them. */
function runAlone(bundle: string): unknown {
  return run(
    bundle,
    (url) => `
    const [aggregate, query] = await Promise.all([import(${url('aggregate')}), import(${url('query')})]);
    const empty = await aggregate.handler({ Records: [] }, { getRemainingTimeInMillis: () => 60_000 });
    const views = await query.handler({ httpMethod: 'GET', path: '/v1/views' });
    console.log(JSON.stringify({ empty, status: views.statusCode, views: JSON.parse(views.body).views.map(({ name }) => name) }));`,
  );
}

/** Asks the bundled SQL function: what it says of SQL that is wrong, which it finds before it reads anything. */
function askAlone(bundle: string, sql: string): unknown {
  const body = JSON.stringify(JSON.stringify({ sql }));
  return run(
    bundle,
    (url) => `
    const { handler } = await import(${url('sql')});
    const multiValueHeaders = { 'content-type': ['application/json'] };
    const { statusCode, body } = await handler({ httpMethod: 'POST', path: '/v1/sql', multiValueHeaders, body: ${body}, isBase64Encoded: false });
    const { line, column, detail } = JSON.parse(body);
    console.log(JSON.stringify({ statusCode, line, column, detail }));`,
  );
}

function run(bundle: string, programOf: (url: (name: string) => string) => string): unknown {
  const alone = mkdtempSync(join(directory, 'alone-'));
  cpSync(bundle, alone, { recursive: true });
  const program = programOf((name) => JSON.stringify(pathToFileURL(join(alone, `${name}.mjs`)).href));
  const file = join(alone, 'run.mjs');
  writeFileSync(file, program);
  const names = ['clicks', 'page-orders'];
  const streams = names.map((name) => [name, name]);
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: 'eu-west-1',
    MILLRACE_STATE_TABLE: 'state',
    MILLRACE_RESULTS_TABLE: 'results',
    MILLRACE_STREAMS: JSON.stringify(Object.fromEntries(streams)),
  };
  const { stdout, stderr } = spawnSync('node', [file], { encoding: 'utf8', env, cwd: alone });
  expect(stderr).toBe('');
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

describe('cdk deploy -c app=shop.sql', () => {
  const file = join(directory, 'shop.sql');
  const output = join(directory, 'cdk.out');
  let said = '';
  beforeAll(() => {
    writeFileSync(file, TEXT);
    const env = { ...process.env, CDK_OUTDIR: output, CDK_CONTEXT_JSON: JSON.stringify({ app: file, shards: '1' }) };
    said = spawnSync('node', ['infra/app.ts'], { encoding: 'utf8', env }).stderr;
  });

  test('makes the streams that CREATE TABLE declares, in a stack named after the file', () => {
    expect(said).not.toMatch(/millrace:/);
    const template = JSON.parse(readFileSync(join(output, 'millrace-shop.template.json'), 'utf8')) as {
      Resources: Record<string, { Type: string }>;
    };
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    expect(types.filter((type) => type === 'AWS::Kinesis::Stream')).toHaveLength(2);
    expect(types.filter((type) => type === 'AWS::Lambda::EventSourceMapping')).toHaveLength(2);
  });

  test('ships the statements parsed, and no parser', () => {
    const bundle = bundleIn(output);
    expect(readdirSync(bundle).filter((name) => name.endsWith('.wasm'))).toEqual([]);
    for (const name of ['aggregate', 'merge', 'query']) {
      const code = readFileSync(join(bundle, `${name}.mjs`), 'utf8');
      expect(code).toContain('CreateTableAsStmt');
      expect(code, 'the parser’s own code').not.toMatch(/pg_query|WebAssembly/);
      expect(code, 'the code of formats it does not use').not.toMatch(/logicalType|google\.protobuf/);
    }
    expect(runAlone(bundle)).toEqual({ empty: { batchItemFailures: [] }, status: 200, views: ['page_views'] });
  });

  test('ships the parser with the function that is asked SQL, and with that alone', () => {
    const bundle = bundleIn(output, 'sql.mjs');
    expect(readdirSync(bundle).sort()).toEqual(['libpg-query.wasm', 'sql.mjs', 'sql.mjs.map']);
    expect(askAlone(bundle, 'SELECT page,\n  veiws FROM page_views')).toEqual({
      statusCode: 400,
      line: 2,
      column: 3,
      detail: expect.stringContaining('did you mean "views"?'),
    });
    expect(askAlone(bundle, 'SELECT FROM FROM page_views')).toMatchObject({ statusCode: 400, line: 1, column: 13 });
  });

  test('gives the same code each time', () => {
    const again = join(directory, 'again', 'cdk.out');
    const env = { ...process.env, CDK_OUTDIR: again, CDK_CONTEXT_JSON: JSON.stringify({ app: file, shards: '1' }) };
    spawnSync('node', ['infra/app.ts'], { encoding: 'utf8', env });
    expect(readFileSync(join(bundleIn(again), 'query.mjs'), 'utf8')).toBe(readFileSync(join(bundleIn(output), 'query.mjs'), 'utf8'));
  });

  test('ships the code of a format with a schema file, and the schema, and no other format', () => {
    const avro = join(directory, 'avro.sql');
    writeFileSync(join(directory, 'click.avsc'), '{ "type": "record", "name": "Click", "fields": [{ "name": "at", "type": "string" }] }');
    writeFileSync(
      avro,
      `CREATE TABLE clicks (at timestamptz) WITH (event_time = 'at', format = 'avro', schema_file = 'click.avsc'); SELECT count(*) AS n FROM clicks;`,
    );
    const out = join(directory, 'avro', 'cdk.out');
    const env = { ...process.env, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify({ app: avro }) };
    const { stderr, status } = spawnSync('node', ['infra/app.ts'], { encoding: 'utf8', env });
    expect([stderr, status]).toEqual([expect.anything(), 0]);
    const code = readFileSync(join(bundleIn(out), 'aggregate.mjs'), 'utf8');
    expect(code).toContain('logicalType');
    expect(code).not.toContain('google.protobuf');
    expect(runAlone(bundleIn(out))).toMatchObject({ views: ['result'] });
  });

  test('says where the SQL is wrong', () => {
    const wrong = join(directory, 'wrong.sql');
    writeFileSync(wrong, TEXT.replace('TUMBLE(clicks', 'TUMBLE(klicks'));
    const env = { ...process.env, CDK_OUTDIR: join(directory, 'wrong'), CDK_CONTEXT_JSON: JSON.stringify({ app: wrong }) };
    const { stderr, status } = spawnSync('node', ['infra/app.ts'], { encoding: 'utf8', env });
    expect(stderr).toMatch(/^millrace: .*wrong\.sql:6:15: there is no stream or view "klicks"/);
    expect(stderr).toContain('did you mean "clicks"?');
    expect(status).toBe(1);
  });
});

describe('an application in TypeScript with SQL in it', () => {
  const entry = join(directory, 'mixed.ts');
  beforeAll(() => {
    writeFileSync(
      entry,
      `import { application, sql } from ${JSON.stringify(resolve('lib/index.ts'))};
       export default application('mixed', { sql: sql(${JSON.stringify(TEXT)}) });`,
    );
  });

  test('is parsed by the construct, and shipped parsed', () => {
    const outdir = join(directory, 'mixed');
    const stack = new Stack(new App({ outdir }), 'Test');
    new MillraceApplication(stack, 'Mixed', { app: application('mixed', { sql: sql(TEXT) }), entry });
    Template.fromStack(stack).resourceCountIs('AWS::Kinesis::Stream', 2);
    expect(runAlone(bundleIn(outdir))).toEqual({ empty: { batchItemFailures: [] }, status: 200, views: ['page_views'] });
  });

  test('is refused when its file has other SQL than the application that is given', () => {
    const stack = new Stack(new App({ outdir: join(directory, 'other') }), 'Test');
    const other = application('mixed', { sql: sql(TEXT.replace('1 minute', '2 minutes')) });
    expect(() => new MillraceApplication(stack, 'Mixed', { app: other, entry })).toThrow('differs from the SQL at deployment');
  });

  test('is refused with line and column when it is no SQL', () => {
    const stack = new Stack(unbundledApp(), 'Test');
    const wrong = application('mixed', { sql: sql('SELECT 1 FROM FROM x') });
    expect(() => new MillraceApplication(stack, 'Mixed', { app: wrong, entry })).toThrow('sql:1:15: syntax error at or near "FROM"');
  });
});
