// Ten kilobytes of gzip can hold millions of events: a format stops before they take the memory.
import { describe, expect, it } from 'vitest';
import { csv } from '../../lib/formats/csv.ts';
import { type Format, MOST_EVENTS } from '../../lib/formats/format.ts';
import { namedFormat } from '../../lib/formats/named.ts';
import { text } from '../../lib/formats/text.ts';
import { valuesOf } from './support.ts';

const named = (name: string) => namedFormat(name) as Format;
const more = (one: string) => one.repeat(MOST_EVENTS + 1);
const logs = (events: number) => `{"messageType":"DATA_MESSAGE","logEvents":[${'0,'.repeat(events - 1)}0]}`;

describe('a payload of more events than a record may hold', () => {
  it.each<[name: string, format: Format, payload: string]>([
    ['CSV', csv({ columns: ['a'] }), more('a\n')],
    ['CSV that is wrong', csv({ columns: ['a'] }), more(',\n')],
    ['text', text('(?<a>.)'), more('a\n')],
    ['JSON lines', named('ndjson'), more('1\n')],
    ['JSON values on one line', named('ndjson'), more('{}')],
    ['lines that are no JSON', named('ndjson'), more('}\n')],
    ['arrays together', named('ndjson'), `[${'0,'.repeat(300_000)}0]`.repeat(2)],
    ['log events', named('cloudwatch-logs'), logs(MOST_EVENTS + 1)],
    ['log events together', named('cloudwatch-logs'), logs(300_000).repeat(3)],
    ['messages', named('iot'), more('{}')],
  ])('is dead as one: %s', (_, format, payload) => {
    const values = valuesOf(format, payload);
    expect(values).toHaveLength(1);
    expect(values[0]).toMatch(/^dead: .*more than 500000 events/);
  });

  it('counts the values of a line that has too many, and refuses a header of as many', () => {
    expect(valuesOf(csv({ columns: ['a', 'b'] }), ','.repeat(20_000))).toEqual(['dead: not CSV: the line has 20001 values instead of 2']);
    const header = Array.from({ length: 10_001 }, (_, i) => `c${i}`).join(',');
    expect(valuesOf(csv({ header: true }), `${header}\n1`)).toEqual(['dead: not CSV: its header names more than 10000 columns']);
  });
});
