import { describe, expect, it } from 'vitest';
import { text } from '../../lib/formats/text.ts';
import { putBack, valuesOf } from './support.ts';

// Version 2, in the default format: the records of https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-records-examples.html
const FLOW_LOGS = `2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK
2 123456789010 eni-1235b8ca123456789 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1418530010 1418530070 REJECT OK
2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA
`;
const FLOW =
  '(?<version>\\S+) (?<account>\\S+) (?<interface>\\S+) (?<source>\\S+) (?<destination>\\S+) (?<source_port>\\S+) (?<destination_port>\\S+) (?<protocol>\\S+) (?<packets>\\S+) (?<bytes>\\S+) (?<start>\\d+) (?<end>\\d+) (?<action>\\S+) (?<status>\\S+)';

describe('text', () => {
  it('reads VPC flow logs', () => {
    const values = valuesOf(text(FLOW, { nullText: '-' }), FLOW_LOGS) as Record<string, unknown>[];
    expect(values.map(({ action, bytes, source, status }) => [action, bytes, source, status])).toEqual([
      ['ACCEPT', '4249', '172.31.16.139', 'OK'],
      ['REJECT', '4249', '172.31.9.69', 'OK'],
      [null, null, null, 'NODATA'],
    ]);
    expect(putBack(text(FLOW), FLOW_LOGS)).toHaveLength(3);
  });

  it('takes a JavaScript pattern, and makes a line that does not match dead, and only that', () => {
    const format = text(/(?<level>[a-z]+): (?<message>.*?)(?: took (?<ms>\d+))?/i);
    expect(valuesOf(format, 'WARN: slow took 12\r\n???\ninfo: ok')).toEqual([
      { level: 'WARN', message: 'slow', ms: '12' },
      'dead: the line does not match the pattern',
      { level: 'info', message: 'ok', ms: null },
    ]);
  });

  it.each(['(?<a>', '(\\d+)', '(?<a>x)\\1', '(?<a>x)(?=y)'])('refuses the pattern %s', (pattern) => {
    expect(() => text(pattern)).toThrow(RangeError);
  });

  it('takes a pattern that would take for ever elsewhere', () => {
    expect(valuesOf(text('(?<a>(?:x+)+)y'), 'x'.repeat(50_000))).toEqual(['dead: the line does not match the pattern']);
  });
});
