import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import avsc from 'avsc';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compile } from '../../lib/compile/compile.ts';
import { loadSchemaFiles } from '../../lib/compile/load-schema-files.ts';
import { application, view } from '../../lib/dsl/application.ts';
import { sql } from '../../lib/dsl/sql.ts';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';
import { stream } from '../../lib/dsl/stream.ts';
import { global } from '../../lib/dsl/window.ts';
import { csv } from '../../lib/formats/csv.ts';
import { decodePayload } from '../../lib/formats/decode-payload.ts';
import type { Format } from '../../lib/formats/format.ts';
import { text } from '../../lib/formats/text.ts';
import type { StreamPlan } from '../../lib/plan/plan.ts';
import { createTestDriver } from '../../lib/testing/test-driver.ts';

const directory = mkdtempSync(join(tmpdir(), 'millrace-formats-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A plan of a stream of readings. */
async function readings(format: unknown, schema?: z.ZodType): Promise<StreamPlan> {
  const columns = { meter: 'text', kwh: 'double precision | null', ok: 'boolean', at: 'timestamptz' } as const;
  const given = { ...(schema ? { schema } : { columns }), eventTime: 'at', format };
  const all = stream('readings', given as unknown as { columns: { meter: 'text' } });
  const counted = all
    .keyBy('meter')
    .window(global())
    .aggregate((a) => ({ n: a.count() }));
  return (await compile(application('meters', { views: [view('per_meter', counted)] }))).streams[0] as StreamPlan;
}

function rowsOf({ format, validate }: StreamPlan, payload: string): unknown[] {
  return decodePayload(Buffer.from(payload), format).parts.map((part) => {
    const validated = 'reason' in part ? part : validate(part.value);
    return 'reason' in validated ? validated.reason : validated.row;
  });
}

const SQL = `CREATE TABLE readings (meter text NOT NULL, kwh double precision, ok boolean NOT NULL, at timestamptz NOT NULL)
  WITH (event_time = 'at', OPTIONS); SELECT meter, count(*) AS n FROM readings GROUP BY meter`;
const inSql = async (options: string, formats = {}): Promise<StreamPlan> =>
  (await compile(application('meters', { sql: sql(SQL.replace('OPTIONS', options), { formats }) }))).streams[0] as StreamPlan;

describe('the format of a stream', () => {
  const row = { meter: 'm1', kwh: 1.5, ok: true, at: '2026-01-01T00:00:00Z' };

  it('is given in TypeScript or SQL', async () => {
    const line = 'm1;1.5;t;2026-01-01T00:00:00Z';
    expect(rowsOf(await readings(csv({ delimiter: ';' })), line)).toEqual([row]);
    expect(rowsOf(await inSql("format = 'csv', delimiter = ';'"), line)).toEqual([row]);
    expect(rowsOf(await inSql("format = 'csv', header"), 'at,ok,kwh,meter,extra\n2026-01-01T00:00:00Z,yes,1.5,m1,x')).toEqual([
      { ...row, extra: 'x' },
    ]);
    const pattern = '(?<meter>\\w+) (?<kwh>\\S+) (?<ok>\\w+) (?<at>\\S+)';
    expect(rowsOf(await readings(text(pattern, { nullText: '-' })), 'm1 - on 2026-01-01T00:00:00Z')).toEqual([{ ...row, kwh: null }]);
    expect(rowsOf(await inSql(`format = 'text', pattern = '${pattern}', null_text = '-'`), 'm1 1.5 on 2026-01-01T00:00:00Z')).toEqual([
      row,
    ]);
    expect(rowsOf(await readings('ndjson'), `${JSON.stringify(row)}${JSON.stringify(row)}`)).toEqual([row, row]);
    expect(rowsOf(await inSql('format = ndjson'), JSON.stringify(row))).toEqual([row]);
    expect(rowsOf(await readings('json'), JSON.stringify(row))).toEqual([row]);
    const pairs = { decode: (bytes: Uint8Array) => [JSON.parse(`{${new TextDecoder().decode(bytes)}}`)] };
    expect(rowsOf(await readings(pairs), JSON.stringify(row).slice(1, -1))).toEqual([row]);
    expect(rowsOf(await inSql("format = 'pairs'", { pairs }), JSON.stringify(row).slice(1, -1))).toEqual([row]);
  });

  it('reads texts by the types that the schema takes, and says what was expected of one that does not fit', async () => {
    const schema = z.object({ meter: z.string(), kwh: z.number().nullable(), ok: z.boolean(), at: z.iso.datetime() });
    expect(rowsOf(await readings(csv(), schema), 'm1,1.5,true,2026-01-01T00:00:00Z\nm1,"1,5",true,2026-01-01T00:00:00Z')).toEqual([
      row,
      expect.stringContaining('kwh'),
    ]);
    expect(rowsOf(await readings(csv()), 'm1,"1,5",true,2026-01-01T00:00:00Z')).toEqual([
      'column "kwh": expected a finite number or null, got the text "1,5"',
    ]);
  });

  it.each([
    ["format = 'cvs'", "there is no format 'cvs'"],
    ["format = 'text'", 'needs pattern'],
    ["format = 'text', pattern = '('", 'pattern is not a valid RE2 regular expression'],
    ["format = 'csv', delimiter = ';;'", 'delimiter must be one character'],
    ["delimiter = ';'", '"delimiter" says nothing of format \'json\''],
    ["format = 'csv', pattern = 'x'", '"pattern" says nothing of format \'csv\''],
    ["format = 'avro'", 'needs schema_file'],
    ["format = 'protobuf', schema_file = 'a.proto'", 'needs message'],
    ["format = 'avro', schema_file = 'a.avsc'", 'for a file of SQL only'],
  ])('is refused in SQL: %s', async (options, expected) => {
    await expect(inSql(options)).rejects.toThrow(expected);
  });

  it.each([
    ['cvs', 'did you mean "csv"'],
    [7, 'format: 7 is none'],
    [{}, 'format: an object is none'],
  ])('is refused in TypeScript: %j', async (format, expected) => {
    await expect(readings(format)).rejects.toThrow(expected);
  });

  it('may have a schema file beside a file of SQL', async () => {
    const schema = { type: 'record', name: 'Reading', fields: ['meter', 'at'].map((name) => ({ name, type: 'string' })) };
    writeFileSync(join(directory, 'reading.avsc'), JSON.stringify(schema));
    writeFileSync(join(directory, 'reading.proto'), 'syntax = "proto3"; package m; message Reading { string meter = 1; string at = 2; }');
    const plan = async (options: string) => {
      const statements = `CREATE TABLE readings (meter text NOT NULL, at timestamptz NOT NULL) WITH (event_time = 'at', ${options}); SELECT count(*) AS n FROM readings`;
      return (await compile(await loadSchemaFiles(sqlApplication('m.sql', statements), directory))).streams[0]?.format as Format;
    };
    const value = { meter: 'm1', at: '2026-01-01T00:00:00Z' };
    const avro = await plan("format = 'avro', schema_file = 'reading.avsc'");
    expect(decodePayload(avsc.Type.forSchema(schema as avsc.Schema).toBuffer(value), avro).parts).toEqual([{ value }]);
    const protobuf = await plan("format = 'protobuf', schema_file = 'reading.proto', message = 'm.Reading'");
    expect(decodePayload(Buffer.from('\n\u0002m1\u0012\u00142026-01-01T00:00:00Z'), protobuf).parts).toEqual([{ value }]);
    await expect(plan("format = 'avro', schema_file = 'none.avsc'")).rejects.toThrow(/schema_file 'none.avsc' cannot be read/);
    await expect(plan("format = 'protobuf', schema_file = 'reading.proto', message = 'm.Order'")).rejects.toThrow(/no message "m.Order"/);
  });

  it('holds in the test driver for payloads given as they are', async () => {
    const statements = SQL.replace('OPTIONS', "format = 'csv'");
    const driver = await createTestDriver(application('meters', { sql: sql(statements) }));
    await driver.put('readings', [
      'm1,1,t,2026-01-01T00:00:00Z\nm1,2,t,2026-01-01T00:00:00Z\nm1,3',
      Buffer.from('m2,1,t,2026-01-01T00:00:00Z'),
    ]);
    expect(await driver.rows('result')).toMatchObject([
      { meter: 'm1', n: 2 },
      { meter: 'm2', n: 1 },
    ]);
    expect(await driver.deadLetters('readings')).toMatchObject([{ reason: expect.stringContaining('the line has 2 values') }]);
  });
});
