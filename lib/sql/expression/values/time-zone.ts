import type { Instant } from '../../../core/instant.ts';
import { fail } from './failure.ts';

/** A time zone of the IANA database, from Node's copy of it. */
export interface TimeZone {
  /** the local time at an instant, as if it were UTC */
  readonly toLocal: (instant: Instant) => number;
  /** the instant of a local time; for a time that clocks skip or repeat, it uses the offset further west, as PostgreSQL does */
  readonly toInstant: (local: number) => Instant;
}

const DAY = 86_400_000;
/** No zone has changed its offset twice within this time. So if both ends of an interval have the same offset, it did not change in between. */
const SPAN = 7 * DAY;
const zones = new Map<string, TimeZone>();

/**
 * Finds a time zone.
 *
 * @param name such as `Europe/Berlin` or `UTC`, in any case
 * @throws MillraceError `argument` if no zone has this name
 */
export function timeZone(name: string): TimeZone {
  // Cached by canonical name: names can come from events in any spelling, but the number of zones is bounded.
  const key = name.toLowerCase();
  const known = zones.get(key);
  if (known) return known;
  const made = makeZone(name);
  zones.set(key, made);
  return made;
}

function makeZone(name: string): TimeZone {
  if (/^(utc|gmt|z|zulu)$/i.test(name)) return { toLocal: (instant) => instant, toInstant: (local) => local };
  const measure = offsetReader(name);
  const spans = new Map<number, Span>();
  const offsetAt = (instant: Instant): number => {
    const index = Math.floor(instant / SPAN);
    let span = spans.get(index);
    if (!span) {
      span = makeSpan(measure, index * SPAN);
      // Event times are usually close together; the bound is for those that are not.
      if (spans.size >= 10_000) spans.clear();
      spans.set(index, span);
    }
    return instant < span.change ? span.before : span.after;
  };
  return {
    toLocal: (instant) => instant + offsetAt(instant),
    toInstant: (local) => {
      const [before, after] = [offsetAt(local - DAY), offsetAt(local + DAY)];
      if (before === after) return local - before;
      const early = local - before;
      const late = local - after;
      const [earlyHolds, lateHolds] = [offsetAt(early) === before, offsetAt(late) === after];
      return earlyHolds === lateHolds ? Math.max(early, late) : earlyHolds ? early : late;
    },
  };
}

/** An interval with at most one change of offset. */
interface Span {
  readonly change: Instant;
  readonly before: number;
  readonly after: number;
}

function makeSpan(measure: (instant: Instant) => number, start: Instant): Span {
  const [before, after] = [measure(start), measure(start + SPAN)];
  if (before === after) return { change: start, before, after };
  let [low, high] = [start, start + SPAN];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (measure(middle) === before) low = middle;
    else high = middle;
  }
  return { change: high, before, after };
}

/** Reads the offset at an instant from `Intl`, in milliseconds. This takes microseconds, so the result is cached. */
function offsetReader(name: string): (instant: Instant) => number {
  if (!/^[a-z]/i.test(name)) return unknown(name);
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch {
    return unknown(name);
  }
  return (instant) => {
    const zone = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
    const match = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/.exec(zone);
    const [, sign, hours = 0, minutes = 0, seconds = 0] = match ?? [];
    const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
    return sign === '-' ? -ms : ms;
  };
}

function unknown(name: string): never {
  return fail(`time zone ${JSON.stringify(name)} not recognized; use a name such as 'Europe/Berlin' or 'UTC'`);
}
