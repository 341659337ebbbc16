// Sends an event from a Kinesis record to a row of a REST answer, and looks at which functions it passed.
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { expect, it } from 'vitest';
import { click, createStack, START } from '../aws/handlers/stack.ts';

/** The rows of the table: file and function. */
function steps(): [file: string, name: string][] {
  const text = readFileSync('docs/architecture.md', 'utf8');
  const section = text.slice(text.indexOf('## The way of one event'), text.indexOf('## Why a log'));
  return Array.from(section.matchAll(/^\| [^|]+ \| `([^`]+)` \| `([^`]+)` \|$/gm), ([, file, name]) => [file as string, name as string]);
}

/** How often each function was called while work was done: `file function`. */
async function callsDuring(work: () => Promise<void>): Promise<Map<string, number>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  await work();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  await session.post('Profiler.stopPreciseCoverage');
  session.disconnect();
  const calls = new Map<string, number>();
  for (const { url, functions } of result) {
    const file = /lib\/.*\.ts/.exec(url)?.[0];
    for (const { functionName, ranges } of functions) calls.set(`${file} ${functionName}`, ranges[0]?.count ?? 0);
  }
  return calls;
}

it('an event passes every step of the table of its way', async () => {
  const table = steps();
  expect(table.length).toBeGreaterThan(15);
  let rows: unknown[] = [];
  const calls = await callsDuring(async () => {
    const stack = createStack();
    stack.clock.at = START + 10_000;
    await stack.aggregate(stack.records(click('/a', 1)));
    stack.clock.at = START + 600_000;
    await stack.aggregate(stack.records(click('/a', 590)));
    await stack.tick();
    const { body } = await stack.get('/v1/views/page_views/rows', { 'key.page': '/a' });
    rows = JSON.parse(body).rows;
  });
  expect(rows).toMatchObject([
    { views: 1, final: true },
    { views: 1, final: false },
  ]);
  const missed = table.filter(([file, name]) => !((calls.get(`${file} ${name}`) ?? 0) > 0));
  expect(missed).toEqual([]);
});
