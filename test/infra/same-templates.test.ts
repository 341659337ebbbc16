import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'millrace-same-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The templates that the CDK app writes, by file, with its output and its temporary files in a folder. */
function templatesOf(app: string, folder: string): Record<string, unknown> {
  const place = join(directory, folder);
  mkdirSync(place, { recursive: true });
  const outdir = join(place, 'cdk.out');
  const env = { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify({ app }), TMPDIR: place, CDK_VALIDATION: 'false' };
  const { status, stderr } = spawnSync('node', ['infra/app.ts'], { encoding: 'utf8', env });
  expect(status, stderr).toBe(0);
  const files = readdirSync(outdir).filter((name) => name.endsWith('.template.json'));
  return Object.fromEntries(files.map((name) => [name, JSON.parse(readFileSync(join(outdir, name), 'utf8'))]));
}

test.each([
  'examples/clickstream/app.ts',
  // The parsed SQL is a file that is generated for the bundle.
  'examples/sensors/app.sql',
])('two synths of %s in different folders give the same templates, so that cdk diff is empty', (app) => {
  const name = app.replaceAll('/', '-');
  const once = templatesOf(app, `${name}/once`);
  expect(Object.keys(once)).toHaveLength(1);
  expect(templatesOf(app, `${name}/again/and/deeper`)).toEqual(once);
});
