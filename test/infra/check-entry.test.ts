import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { afterAll, expect, test } from 'vitest';
import { MillraceApplication } from '../../infra/constructs/millrace-application.ts';
import { shop, testApp } from './synth.ts';

const directory = mkdtempSync(join(tmpdir(), 'millrace-entry-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const views = (
  eventTime: string,
) => `[view('page_views', stream('clicks', { columns: { page: 'text', at: 'timestamptz' }, eventTime: '${eventTime}' })
  .keyBy('page').window(tumbling('1 minute')).aggregate((a) => ({ views: a.count() })))]`;
const source = (name: string, eventTime: string) => `
  import { application, stream, tumbling, view } from ${JSON.stringify(resolve('lib/index.ts'))};
  export default application('${name}', { views: ${views(eventTime)} });`;

test.each([
  [
    'mistaken',
    source('shop', 'time'),
    'application "shop", stream "clicks": eventTime: there is no column "time"; the columns are page, at',
  ],
  ['another', source('store', 'at'), 'exports application "store", but app is "shop"'],
  [
    'unresolved',
    "import { nothing } from './nothing.ts';\nexport default nothing;",
    'unresolved.ts:1:24: Could not resolve "./nothing.ts"',
  ],
  ['throwing', "throw new Error('no such luck');", 'no such luck'],
])('a file whose application is %s is not deployed', (name, contents, message) => {
  const entry = join(directory, `${name}.ts`);
  writeFileSync(entry, contents);
  const stack = new Stack(testApp(), 'Test');
  expect(() => new MillraceApplication(stack, 'Shop', { app: shop, entry })).toThrow(message);
});
