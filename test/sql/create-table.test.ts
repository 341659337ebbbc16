import { describe, expect, it } from 'vitest';
import { compile } from '../../lib/compile/compile.ts';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';

async function streamOf(columns: string, options = "event_time = 'at'") {
  const text = `CREATE TABLE s (${columns}) WITH (${options}); SELECT count(*) AS n FROM s`;
  return (await compile(sqlApplication('app.sql', text))).streams[0];
}

describe('CREATE TABLE', () => {
  it.each([
    ['text', 'text'],
    ['varchar', 'text'],
    ['character varying', 'text'],
    ['uuid', 'text'],
    ['smallint', 'bigint'],
    ['int', 'bigint'],
    ['INTEGER', 'bigint'],
    ['int8', 'bigint'],
    ['real', 'double precision'],
    ['DOUBLE PRECISION', 'double precision'],
    ['numeric', 'double precision'],
    ['decimal', 'double precision'],
    ['bool', 'boolean'],
    ['timestamptz', 'timestamptz'],
    ['timestamp', 'timestamptz'],
    ['TIMESTAMP(3)', 'timestamptz'],
    ['timestamp with time zone', 'timestamptz'],
    ['json', 'jsonb'],
    ['jsonb', 'jsonb'],
  ])('a column of type %s is %s', async (written, type) => {
    expect((await streamOf(`x ${written} NOT NULL, y ${written}, at timestamptz`))?.columns).toEqual([
      { name: 'x', type, nullable: false },
      { name: 'y', type, nullable: true },
      // An event without a time is in no window, whether or not the column says NOT NULL.
      { name: 'at', type: 'timestamptz', nullable: false },
    ]);
  });

  it('has the defaults of a stream, and takes every option', async () => {
    expect(await streamOf('at timestamptz')).toMatchObject({
      name: 's',
      eventTime: 'at',
      maxOutOfOrderness: 5000,
      maxAhead: 86_400_000,
      maxBehind: 86_400_000,
      idleTimeout: 60_000,
    });
    const options = `event_time = at, max_out_of_orderness = '0 seconds', max_ahead = '2 hours', max_behind = '30 days',
      idle_timeout = '5 minutes', partition_key = 'k', aggregation = kpl`;
    expect(await streamOf('k text, at text', options)).toMatchObject({
      maxOutOfOrderness: 0,
      maxAhead: 7_200_000,
      maxBehind: 2_592_000_000,
      idleTimeout: 300_000,
      partitionKey: 'k',
      aggregation: 'kpl',
    });
  });
});
