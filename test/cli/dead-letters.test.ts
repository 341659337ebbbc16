import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { LocalStack } from '../../lib/local/stack.ts';
import { at, put, startTill, taken, till } from '../support/till.ts';
import { millrace } from './terminal.ts';

const directory = mkdtempSync(join(tmpdir(), 'millrace-dead-'));
const ledger = join(directory, 'replayed.ndjson');
const data = join(directory, 'data');
let stack: LocalStack;

/** The first version of the till takes prices as numbers only. */
beforeAll(async () => {
  stack = await startTill({ data });
  const sale = (shop: string, price: unknown, second: number) => ({ shop, price, at: at(second) });
  await put(stack, sale('a', 1, 0), sale('a', '2', 1), [sale('a', 4, 2), sale('b', '8', 3)], 'price=16');
  await taken(stack, 5);
  await put(stack, gzipSync(JSON.stringify(sale('a', '32', 4))), `{"shop":"a","price":"${'6'.repeat(20_000)}"`);
  await taken(stack, 7);
});
afterAll(async () => {
  await stack.stop();
  rmSync(directory, { recursive: true, force: true });
});

const deadLetters = (...args: string[]) => millrace(['dead-letters', ...args, '--url', stack.urls.api]);
const replay = (...args: string[]) => deadLetters('sales', '--replay', '--kinesis', stack.urls.kinesis, '--ledger', ledger, ...args);
const lines = (out: string): Record<string, unknown>[] =>
  out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const totals = async () => {
  const { rows } = (await (await fetch(`${stack.urls.api}/v1/views/per_shop/rows?window=${at(0)}`)).json()) as {
    rows: { shop: string; total: number }[];
  };
  return Object.fromEntries(rows.map(({ shop, total }) => [shop, total]));
};

describe('millrace dead-letters', () => {
  it('lists what could not be processed, with reason, partition key and bytes', async () => {
    const { code, out, err } = await deadLetters('--json');
    const found = lines(out);
    expect(found).toHaveLength(5);
    expect(found.map(({ partition_key }) => partition_key ?? null).sort()).toEqual(['a', 'b', null, null, null]);
    expect(found).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          event: { shop: 'a', price: '2', at: at(1) },
          reason: expect.stringContaining('price'),
          truncated: false,
        }),
        // Only the one of its array that is wrong.
        expect.objectContaining({ event: { shop: 'b', price: '8', at: at(3) } }),
        expect.objectContaining({ text: 'price=16', reason: expect.stringContaining('not JSON') }),
        expect.objectContaining({ base64: expect.any(String) }),
        expect.objectContaining({ truncated: true }),
      ]),
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('lists them for people, as many as are asked for', async () => {
    const { out, err } = await deadLetters('sales', '--limit', '2');
    expect(out).toMatch(/^committed +shard +sequence +reason +content\n/);
    expect(out.split('\n')).toHaveLength(4);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThan(500);
    expect(err).toBe('there are more than 2: use --limit to show more, or --from and --to to show others\n');
  });

  it('lists those that were committed within a range', async () => {
    const all = lines((await deadLetters('--json')).out);
    expect(lines((await deadLetters('--json', '--from', '-1 hour')).out)).toEqual(all);
    expect(await deadLetters('--to', '-1 hour')).toEqual({ code: 0, out: '', err: 'no dead letters\n' });
    const newest = String(all[0]?.committed_at);
    const since = lines((await deadLetters('--json', '--from', newest)).out);
    const before = lines((await deadLetters('--json', '--to', newest)).out);
    expect([...since, ...before]).toEqual(all);
    expect(since.every(({ committed_at }) => String(committed_at) >= newest)).toBe(true);
  });

  it.each([
    [['clicks'], 'there is no stream "clicks"; the streams are sales'],
    [['sale'], 'there is no stream "sale"; did you mean sales?'],
    [['sales', 'more'], 'unexpected argument "more"'],
    [['--from', 'yesterday'], '--from must be an ISO 8601 time such as'],
    [['--yes'], '--yes needs --replay'],
    [['--replay', '--limit', '1'], '--limit cannot be used with --replay'],
    [['--replay', '--kinesis', 'here'], '--kinesis must be a URL'],
  ])('tells in one line what is wrong with %j', async (args, message) => {
    const { code, out, err } = await deadLetters(...args);
    expect(err).toContain(message);
    expect(err).toMatch(/^millrace dead-letters: [^\n]*\n$/);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('replays into a stack elsewhere only what is named', async () => {
    // Not local by its name, and no Kinesis stream is named.
    const { code, err } = await millrace(['dead-letters', 'sales', '--replay', '--url', 'http://shop.test']);
    expect(err).toContain(
      'cannot tell which Kinesis stream is "sales" of http://shop.test: name the stack with --stack, or the stream with --kinesis-stream',
    );
    expect(code).toBe(2);
  });
});

describe('a replay', () => {
  const PLAN = [
    /^sales: 4 dead letters to put, committed from \S+Z to \S+Z$/m,
    /^ {2}2 of them have no partition key: they use their sequence number, which can map to any shard$/m,
    /^ {2}1 cannot be put, because their bytes were truncated:\n {4}shardId-00000000000\d \d+$/m,
  ];

  it('says what it would put, and puts nothing unless it is told to', async () => {
    for (const [args, answer, code] of [
      [['--dry-run'], undefined, 0],
      [[], 'n', 0],
      [[], '', 0],
      [[], undefined, 2],
    ] as const) {
      const args_ = ['dead-letters', 'sales', '--replay', '--kinesis', stack.urls.kinesis, '--ledger', ledger, '--url', stack.urls.api];
      const said = await millrace([...args_, ...args], undefined, answer);
      for (const line of PLAN) expect(said.err).toMatch(line);
      expect(said.code).toBe(code);
    }
    expect(existsSync(ledger)).toBe(false);
  });

  it('refuses a Kinesis that has no such stream', async () => {
    const { code, err } = await replay('--kinesis-stream', 'other', '--yes');
    expect(err).toContain('millrace dead-letters: Kinesis has no stream "other"');
    expect(code).toBe(2);
    // It took none, so none is left out from then on.
    const { err: next } = await replay('--dry-run');
    expect(next).toContain('sales: 4 dead letters to put');
    expect(next).not.toContain('left out');
  });

  it('puts them back once they can be processed: each counts once, its neighbours do not', async () => {
    await stack.stop();
    // The second version takes text too.
    stack = await startTill({ data, application: till(z.coerce.number()) });
    const { code, out, err } = await replay('--yes');
    for (const line of PLAN) expect(err).toMatch(line);
    expect(out).toBe('4 put\n');
    expect(code).toBe(0);
    await taken(stack, 11);
    expect(await totals()).toEqual({ a: 1 + 4 + 2 + 32, b: 8 });
    // What was no JSON is dead again, as a new letter.
    expect(lines((await deadLetters('--json')).out)).toHaveLength(6);
  });

  it('puts none twice: the ledger knows them, and only --again overrides it', async () => {
    const { code, out, err } = await replay('--yes', '--json');
    expect(JSON.parse(out)).toEqual({
      to_put: 1,
      without_partition_key: 1,
      cut: 1,
      put_before: 4,
      counted_by_other_views: 0,
      perhaps_put_before: 0,
      put: 1,
      refused: 0,
      unknown: 0,
      not_tried: 0,
    });
    expect(err).toContain(`  4 skipped: put before, according to ${ledger} (--again puts them once more)`);
    expect(code).toBe(0);
    await taken(stack, 12);
    expect((await replay('--again', '--dry-run')).err).toContain('sales: 6 dead letters to put');
    expect(await totals()).toEqual({ a: 39, b: 8 });
  });

  it('leaves out what a replay that was killed may have put', async () => {
    const text = readFileSync(ledger, 'utf8');
    const { letter } = JSON.parse(text.split('\n')[0] as string) as { letter: string };
    appendFileSync(ledger, `${JSON.stringify({ letter, state: 'sending', at: at(0) })}\n`);
    const { err } = await replay('--dry-run');
    expect(err).toContain('  1 skipped: a replay was interrupted while it put them, so they may have arrived (--again puts them)');
  });

  it('that Kinesis does not take says so, and can be done again', async () => {
    const file = join(directory, 'other.ndjson');
    const args = ['dead-letters', 'sales', '--replay', '--yes', '--ledger', file, '--url', stack.urls.api];
    const refused = await millrace([...args, '--kinesis', 'http://127.0.0.1:9']);
    expect(refused.out).toBe('0 put, 6 refused: replay them later\n');
    expect(refused.err).toContain('Kinesis: ');
    expect(refused.code).toBe(1);
    expect((await millrace([...args, '--dry-run', '--kinesis', stack.urls.kinesis])).err).toContain('sales: 6 dead letters to put');
  });

  it('puts nothing when another one over the same ledger did so while it asked', async () => {
    const file = join(directory, 'shared.ndjson');
    const args = ['dead-letters', 'sales', '--replay', '--ledger', file, '--url', stack.urls.api, '--kinesis', stack.urls.kinesis];
    const { code, out, err } = await millrace(args, undefined, async () => {
      expect((await millrace([...args, '--yes'])).out).toBe('6 put\n');
      return 'y';
    });
    expect(err).toContain(
      `another replay has put some of these letters in the meantime, according to ${file}: nothing was put; start again`,
    );
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(readFileSync(file, 'utf8').match(/"state":"sending"/g)).toHaveLength(6);
  });
});
