import { timePattern } from '../../../plan/time-pattern.ts';
import type { Overload, Parameter } from '../overload.ts';
import type { SqlType } from '../types.ts';
import { fail } from '../values/failure.ts';
import { type Interval, MS_PER_DAY } from '../values/interval.ts';
import { intervalField, intervalTruncation, isShort, timeField, truncation } from '../values/time-fields.ts';
import { timeZone } from '../values/time-zone.ts';
import { checkedTime, dateBin } from '../values/timestamp.ts';
import { timeFormatter } from '../values/to-char.ts';

/** A form whose first argument is a field or a zone, and whose second one varies per row. */
const by = (args: readonly Parameter[], result: SqlType, call: Overload['call']): Overload => ({ args, result, subject: 1, call });

const extract = [
  by(['text', 'timestamptz'], 'double precision', (field: string) => timeField(field, true)),
  by(['text', 'timestamp'], 'double precision', (field: string) => timeField(field, false)),
  by(['text', 'interval'], 'double precision', intervalField),
];
const binning = (type: 'timestamptz' | 'timestamp'): Overload => ({
  args: ['interval', type, type],
  result: type,
  call: (stride: Interval, time: number, origin: number) => dateBin(stride, time, origin),
});

/** Functions of times and intervals. */
export const TIME_FUNCTIONS: Readonly<Record<string, readonly Overload[]>> = {
  date_trunc: [
    by(['text', 'timestamptz'], 'timestamptz', truncation),
    by(['text', 'timestamp'], 'timestamp', truncation),
    by(['text', 'interval'], 'interval', intervalTruncation),
    by(['text', 'timestamptz', 'text'], 'timestamptz', truncationIn),
  ],
  date_part: extract,
  extract,
  date_bin: [binning('timestamptz'), binning('timestamp')],
  timezone: [
    by(['text', 'timestamptz'], 'timestamp', (zone: string) => timeZone(zone).toLocal),
    by(['text', 'timestamp'], 'timestamptz', (zone: string) => timeZone(zone).toInstant),
    by(['interval', 'timestamptz'], 'timestamp', (offset: Interval) => shift(offset, 1)),
    by(['interval', 'timestamp'], 'timestamptz', (offset: Interval) => shift(offset, -1)),
  ],
  to_timestamp: [
    { args: ['double precision'], result: 'timestamptz', call: (seconds: number) => checkedTime(Math.round(seconds * 1e6) / 1000) },
    { args: ['text', 'text'], result: 'timestamptz', subject: 0, call: timeReader },
  ],
  to_char: [
    { args: ['timestamptz', 'text'], result: 'text', subject: 0, call: (format: string) => timeFormatter(format, true) },
    { args: ['timestamp', 'text'], result: 'text', subject: 0, call: (format: string) => timeFormatter(format, false) },
  ],
};

/** `to_timestamp` of text by a template. */
function timeReader(template: string): (text: string) => number {
  let read: (text: string) => number | undefined;
  try {
    read = timePattern(template);
  } catch (error) {
    return fail((error as Error).message);
  }
  return (text) => checkedTime(read(text) ?? fail(`${JSON.stringify(text)} is not a time by the template ${JSON.stringify(template)}`));
}

/**
 * `date_trunc` in a time zone. An hour that occurs twice when clocks go back is truncated to its own start, not to that of the
 * other hour with the same name.
 */
function truncationIn(field: string, zone: string): (time: number) => number {
  const truncate = truncation(field);
  const { toLocal, toInstant } = timeZone(zone);
  if (!isShort(field)) return (time) => toInstant(truncate(toLocal(time)));
  return (time) => {
    const local = toLocal(time);
    return truncate(local) - (local - time);
  };
}

/** AT TIME ZONE with an offset. */
function shift({ months, days, ms }: Interval, sign: 1 | -1): (time: number) => number {
  if (months !== 0 || days !== 0) return fail('interval time zone must not include months or days');
  if (Math.abs(ms) > MS_PER_DAY) return fail('interval time zone must be within a day');
  return (time) => checkedTime(time + sign * ms);
}
