import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compile } from '../../lib/compile/compile.ts';
import { application, view } from '../../lib/dsl/application.ts';
import { sql } from '../../lib/dsl/sql.ts';
import { stream } from '../../lib/dsl/stream.ts';
import { tumbling } from '../../lib/dsl/window.ts';
import { explainEvent } from '../../lib/local/explain.ts';
import type { StreamPlan } from '../../lib/plan/plan.ts';
import { createTestDriver } from '../../lib/testing/test-driver.ts';

const T = Date.UTC(2026, 0, 1, 10);
const ISO = '2026-01-01T10:00:00.000Z';

/** What a stream makes of an event: its time, or why it is none. */
function timeOf({ validate }: StreamPlan, event: unknown): unknown {
  const validated = validate(event);
  return 'reason' in validated ? validated.reason : validated.time;
}

async function typescript(eventTime: unknown): Promise<StreamPlan> {
  const columns = { n: 'bigint', s: 'text', doc: 'jsonb' };
  const events = stream('events', { columns, eventTime } as unknown as { columns: { n: 'bigint' } });
  const counted = events
    .keyBy('n')
    .window(tumbling('1 minute'))
    .aggregate((a) => ({ count: a.count() }));
  return (await compile(application('app', { views: [view('counts', counted)] }))).streams[0] as StreamPlan;
}

async function inSql(columns: string, options: string): Promise<StreamPlan> {
  const text = `CREATE TABLE events (${columns}) WITH (${options}); SELECT count(*) AS n FROM events`;
  return (await compile(application('app', { sql: sql(text) }))).streams[0] as StreamPlan;
}

describe('the event time', () => {
  const event = { n: T / 1000, s: '01/Jan/2026:11:00:00 +0100', doc: { meta: { at: String(T * 1_000_000) }, iso: '2026-01-01 10:00' } };

  it.each([
    ['a unit', { column: 'n', unit: 's' }],
    ['a pattern', { column: 's', pattern: 'DD/Mon/YYYY:HH24:MI:SS TZHTZM' }],
    ['a path and a unit', { column: 'doc.meta.at', unit: 'ns' }],
    ['a path alone', 'doc.iso'],
    ['a function', (e: typeof event) => new Date(e.n * 1000)],
    ['a function of milliseconds', (e: typeof event) => e.n * 1000],
    ['a function of text', (e: typeof event) => e.doc.iso],
  ])('may be %s', async (_, eventTime) => {
    expect(timeOf(await typescript(eventTime), event)).toBe(T);
  });

  it('may be a generated column, a path or of a unit in SQL', async () => {
    const generated = "doc jsonb, at timestamptz GENERATED ALWAYS AS (to_timestamp((doc->>'ts')::double precision)) STORED";
    expect(timeOf(await inSql(generated, "event_time = 'at'"), { doc: { ts: `${T / 1000}` } })).toBe(T);
    expect(timeOf(await inSql(generated, "event_time = 'at'"), { doc: {} })).toContain(
      'column "at": expected a time in ISO 8601, got null',
    );
    expect(timeOf(await inSql(generated, "event_time = 'at'"), { doc: { ts: 'soon' } })).toContain('column "at": cannot be computed');
    expect(timeOf(await inSql('doc jsonb', "event_time = 'doc.meta.ts', event_time_unit = 's'"), { doc: { meta: { ts: T / 1000 } } })).toBe(
      T,
    );
    expect(timeOf(await inSql('ts bigint', "event_time = 'ts', event_time_unit = 'us'"), { ts: T * 1000 })).toBe(T);
    const log = "event_time = 'ts', event_time_pattern = 'DD/Mon/YYYY:HH24:MI:SS TZHTZM'";
    expect(timeOf(await inSql('ts text', log), { ts: event.s })).toBe(T);
    expect(timeOf(await inSql('ts text', log), { ts: ISO })).toContain('is not written as declared');
    const template = "doc jsonb, at timestamptz NOT NULL GENERATED ALWAYS AS (to_timestamp(doc->>'d', 'DD.MM.YYYY HH24:MI')) STORED";
    expect(timeOf(await inSql(template, "event_time = 'at'"), { doc: { d: '01.01.2026 10:00' } })).toBe(T);
  });

  it('is a column that SQL has windows over, also where it is computed', async () => {
    const text = `CREATE TABLE events (page text, ts bigint, at timestamptz GENERATED ALWAYS AS (to_timestamp(ts)) STORED,
        host text GENERATED ALWAYS AS (split_part(page, '/', 1)) STORED) WITH (event_time = 'at');
      SELECT host, window_start, window_end, count(*) AS n FROM TUMBLE(events, at, INTERVAL '1 minute') GROUP BY host, window_start, window_end`;
    const driver = await createTestDriver(application('app', { sql: sql(text) }), { now: T });
    await driver.put('events', [
      { page: 'a/1', ts: T / 1000 },
      { page: 'a/2', ts: T / 1000 + 59 },
      { page: 'b/1', ts: T / 1000 },
    ]);
    expect(await driver.rows('result')).toMatchObject([
      { host: 'a', window_start: ISO, n: 2 },
      { host: 'b', window_start: ISO, n: 1 },
    ]);
  });

  it('is typed in TypeScript, and a function of what the schema makes', async () => {
    const schema = z.object({ sent: z.object({ seconds: z.number() }), user: z.string().transform((user) => user.length) });
    const typed = stream('typed', { schema, eventTime: (e) => e.sent.seconds * 1000 + e.user - 1, columns: { user: 'double precision' } });
    const counted = typed
      .keyBy('user')
      .window(tumbling('1 minute'))
      .aggregate((a) => ({ n: a.count() }));
    const { streams } = await compile(application('app', { views: [view('counts', counted)] }));
    expect(timeOf(streams[0] as StreamPlan, { sent: { seconds: T / 1000 }, user: 'x' })).toBe(T);
    expect(streams[0]?.columns.at(-1)).toEqual({ name: 'event_time', type: 'timestamptz', nullable: false });
  });

  it.each([
    [{ column: 'n', unit: 'minutes' }, 'unit must be one of s, ms, us, ns'],
    [{ column: 's', pattern: 'HH24' }, 'the pattern needs a year, a month and a day'],
    [{ column: 'n', pattern: 'YYYY-MM-DD' }, 'a pattern is of text, and column "n" is bigint'],
    [{ column: 'n', unit: 's', pattern: 'YYYY-MM-DD' }, 'leave one of them out'],
    ['n.at', 'is within column "n", which is bigint, not jsonb'],
    ['m', 'there is no column "m"'],
    ['doc', 'column "doc" is jsonb, which is not a time'],
  ])('is refused as %j', async (eventTime, expected) => {
    await expect(typescript(eventTime)).rejects.toThrow(expected);
  });

  it.each([
    ['at timestamptz GENERATED ALWAYS AS (1 + 1) STORED', "event_time = 'at'", 'column "at" is timestamptz, and its expression is bigint'],
    ['at timestamptz GENERATED ALWAYS AS (to_timestamp(nothing)) STORED', "event_time = 'at'", 'nothing'],
    ['a bigint, at timestamptz', "event_time = 'at', event_time_unit = 's'", 'a unit is of numbers'],
    ['a bigint', "event_time_unit = 's'", '"event_time_unit" says nothing without event_time'],
    ["at timestamptz, k text GENERATED ALWAYS AS ('x') STORED", "event_time = 'at', partition_key = 'k'", 'is generated'],
  ])('is refused in SQL: %s', async (columns, options, expected) => {
    await expect(inSql(columns, options)).rejects.toThrow(expected);
  });

  it('has a hint where seconds were read as milliseconds, or others', async () => {
    const plan = await compile(
      application('app', { sql: sql(`CREATE TABLE events (ts bigint) WITH (event_time = 'ts'); SELECT count(*) AS n FROM events`) }),
    );
    const why = (ts: number) => explainEvent(plan, plan.streams[0] as StreamPlan, JSON.stringify({ ts }), T)[0];
    expect(why(T)?.hint).toBeUndefined();
    expect(why(T / 1000)).toMatchObject({
      time: expect.stringContaining('1970'),
      hint: expect.stringContaining('looks like seconds, read as milliseconds'),
    });
    expect(why(T * 1000)?.dead).toContain('looks like microseconds');
    expect(why(0)?.hint).toBeUndefined();
  });

  // T is of milliseconds; a unit that is declared is as easily the wrong one.
  it.each([
    ['s', T, 'milliseconds, read as seconds', 'ms'],
    ['s', T * 1000, 'microseconds, read as seconds', 'us'],
    ['ms', T / 1000, 'seconds, read as milliseconds', 's'],
    ['us', T / 1000, 'seconds, read as microseconds', 's'],
    ['us', T, 'milliseconds, read as microseconds', 'ms'],
    ['ns', T * 1000, 'microseconds, read as nanoseconds', 'us'],
  ])('has the hint for a declared unit of %s and %d', async (unit, ts, mistaken, meant) => {
    const table = `CREATE TABLE events (ts bigint) WITH (event_time = 'ts', event_time_unit = '${unit}')`;
    const plan = await compile(application('app', { sql: sql(`${table}; SELECT count(*) AS n FROM events`) }));
    const why = (value: number) => explainEvent(plan, plan.streams[0] as StreamPlan, JSON.stringify({ ts: value }), T)[0];
    const { hint, dead } = why(ts) ?? {};
    expect(hint ?? dead).toContain(`it looks like ${mistaken}: declare the event time's unit, '${meant}'`);
    const { s, ms, us, ns } = { s: T / 1000, ms: T, us: T * 1000, ns: T * 1_000_000 };
    expect(why({ s, ms, us, ns }[unit] as number)).not.toHaveProperty('hint', expect.any(String));
  });
});
