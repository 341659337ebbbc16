import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { millrace } from '../cli/terminal.ts';

const DIRECTORY = 'examples/recipes';

const at = (time: string): string => `2026-${time}:00.000Z`;
const window = (start: string, end: string) => ({ window_start: at(start), window_end: at(end) });

/** What each recipe makes of the records beside it, worked by hand. */
const RECIPES = [
  {
    app: 'cloudwatch-errors.sql',
    input: 'logs=cloudwatch-errors.jsonl',
    // The control message is no event; a message that is JSON counts by its level, whatever it says.
    counts: '6 events, 0 late, 0 dead',
    rows: [
      { service: 'checkout', ...window('01-01T10:00', '01-01T10:05'), lines: 3, errors: 1 },
      { service: 'search', ...window('01-01T10:00', '01-01T10:05'), lines: 2, errors: 1 },
      { service: 'checkout', ...window('01-01T10:05', '01-01T10:10'), lines: 1, errors: 1 },
    ],
  },
  {
    app: 'flow-logs.sql',
    input: 'flows=flow-logs.txt',
    counts: '4 events, 0 late, 0 dead',
    // 4249 + 60 bytes, from two addresses.
    rows: [
      {
        dstport: 3389,
        window_start: '2014-12-14T04:00:00.000Z',
        window_end: '2014-12-14T04:10:00.000Z',
        flows: 2,
        bytes: 4309,
        sources: 2,
      },
    ],
  },
  {
    app: 'table-changes.sql',
    input: 'changes=table-changes.jsonl',
    counts: '6 events, 0 late, 0 dead',
    rows: [
      { status: 'new', ...window('01-01T10:00', '01-01T11:00'), changes: 2, inserted: 2, total: 19.75 },
      { status: 'paid', ...window('01-01T10:00', '01-01T11:00'), changes: 1, inserted: 0, total: 12.5 },
      { status: 'sent', ...window('01-01T11:00', '01-01T12:00'), changes: 1, inserted: 0, total: 12.5 },
    ],
  },
  {
    app: 'gateway.sql',
    input: 'readings=gateway.txt',
    counts: '5 events, 0 late, 1 dead',
    // Berlin is two hours ahead of UTC in July.
    rows: [
      { meter: 'm1', ...window('07-01T10:00', '07-01T11:00'), readings: 2, watts: 230 },
      { meter: 'm2', ...window('07-01T10:00', '07-01T11:00'), readings: 0, watts: null },
      { meter: 'm2', ...window('07-01T11:00', '07-01T12:00'), readings: 1, watts: 10 },
    ],
  },
  {
    app: 'payments.sql',
    input: 'payments=payments.jsonl',
    // p-1 and p-3 come again; p-1 of another account is another payment. The last p-3 comes when its window has closed, and would be late if it were new.
    counts: '8 events, 0 late, 0 dead, 3 duplicates',
    rows: [
      { account: 'ann', ...window('01-01T10:00', '01-01T11:00'), payments: 2, cents: 1280 },
      { account: 'bob', ...window('01-01T10:00', '01-01T11:00'), payments: 2, cents: 1200 },
      { account: 'ann', ...window('01-01T11:00', '01-01T12:00'), payments: 1, cents: 1 },
    ],
  },
  {
    app: 'counters.ts',
    input: 'counters=counters.jsonl',
    counts: '5 events, 0 late, 0 dead',
    // 100 to 104 is 4; then it began again, to 2 and to 3.
    rows: [
      { device: 'a', ...window('01-01T10:00', '01-01T11:00'), counted: 7 },
      { device: 'b', ...window('01-01T10:00', '01-01T11:00'), counted: 0 },
    ],
  },
];

describe('docs/recipes.md', () => {
  const text = readFileSync('docs/recipes.md', 'utf8');

  it('shows every recipe as it is in its file', () => {
    const files = readdirSync(DIRECTORY).filter((name) => /\.(sql|ts)$/.test(name));
    expect(files.toSorted()).toEqual(RECIPES.map(({ app }) => app).toSorted());
    for (const file of files) expect(text).toContain(`\n${readFileSync(`${DIRECTORY}/${file}`, 'utf8')}\`\`\``);
  });

  it.each(RECIPES)('$app gives the right rows', async ({ app, input, counts, rows }) => {
    const given = input.replace('=', `=${DIRECTORY}/`);
    const { code, out, err } = await millrace(['run', `${DIRECTORY}/${app}`, '--input', given]);
    expect(err).toContain(counts);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(rows);
    expect(code).toBe(0);
  });
});
