import type { Instant } from '../core/instant.ts';
import { zoneOffset } from '../core/instant.ts';

const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];

/** What a field of a pattern matches, and which part of a time it is. */
const FIELDS: Readonly<Record<string, readonly [pattern: string, part: string]>> = {
  YYYY: ['\\d{4}', 'year'],
  YY: ['\\d{2}', 'year2'],
  MM: ['\\d{1,2}', 'month'],
  MONTH: [MONTHS.join('|'), 'name'],
  MON: [MONTHS.map((name) => name.slice(0, 3)).join('|'), 'name'],
  DDD: ['\\d{1,3}', 'dayOfYear'],
  DD: ['\\d{1,2}', 'day'],
  DAY: ['[a-z]{6,9}', 'weekday'],
  DY: ['[a-z]{3}', 'weekday'],
  HH24: ['\\d{1,2}', 'hour'],
  HH12: ['\\d{1,2}', 'hour12'],
  HH: ['\\d{1,2}', 'hour12'],
  MI: ['\\d{1,2}', 'minute'],
  SS: ['\\d{1,2}', 'second'],
  MS: ['\\d{1,3}', 'fraction'],
  US: ['\\d{1,6}', 'fraction'],
  AM: ['am|pm', 'half'],
  PM: ['am|pm', 'half'],
  TZH: ['[+-]\\d{2}', 'zone'],
  TZM: ['\\d{2}', 'zoneMinute'],
  TZ: ['utc|gmt|z', 'utc'],
  OF: ['z|[+-]\\d{2}(?::?\\d{2})?', 'zone'],
};
const LONGEST_FIRST = Object.keys(FIELDS).sort((a, b) => b.length - a.length);

/**
 * A reader of times that are written by a pattern, in PostgreSQL's letters: `YYYY-MM-DD HH24:MI:SS.MS`, `DD/Mon/YYYY:HH24:MI:SS TZHTZM`. Letters may
 * be of either case, text between double quotes stands for itself. Without a zone a time is UTC.
 *
 * @returns gives `undefined` for a text that is not written so, or a day on no calendar
 * @throws RangeError when the pattern has letters that are no field, or too few fields for a day
 * @see https://www.postgresql.org/docs/current/functions-formatting.html
 *
 * @example
 * ```ts
 * timePattern('DD/Mon/YYYY:HH24:MI:SS TZHTZM')('10/Oct/2000:13:55:36 -0700'); // 971211336000
 * ```
 */
export function timePattern(pattern: string): (text: string) => Instant | undefined {
  const parts: string[] = [];
  const source: string[] = [];
  for (let rest = pattern; rest !== ''; ) {
    const quoted = /^"([^"]*)"?/.exec(rest);
    const name = quoted ? undefined : LONGEST_FIRST.find((each) => rest.slice(0, each.length).toUpperCase() === each);
    if (quoted) source.push(escaped(quoted[1] as string));
    else if (name === undefined) {
      if (/^[a-z]/i.test(rest))
        throw new RangeError(`the pattern has ${JSON.stringify(rest)}, which begins with no field; put text into double quotes`);
      source.push(rest[0] === ' ' ? '\\s+' : escaped(rest[0] as string));
    } else {
      const [matches, part] = FIELDS[name] as (typeof FIELDS)[string];
      parts.push(part);
      source.push(`(${matches})`);
    }
    rest = rest.slice(quoted?.[0].length ?? name?.length ?? 1);
  }
  const has = (...names: string[]): boolean => names.some((name) => parts.includes(name));
  if (!has('year', 'year2') || !(has('dayOfYear') || (has('month', 'name') && has('day')))) {
    throw new RangeError('the pattern needs a year, a month and a day, such as YYYY-MM-DD');
  }
  const regex = new RegExp(`^\\s*${source.join('')}\\s*$`, 'i');
  return (text) => {
    const match = text.length <= 200 ? regex.exec(text) : null;
    return match ? instantOf(new Map(parts.map((part, i) => [part, match[i + 1] as string]))) : undefined;
  };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function instantOf(parts: ReadonlyMap<string, string>): Instant | undefined {
  const number = (part: string, otherwise = 0): number => Number(parts.get(part) ?? otherwise);
  const short = number('year2');
  const year = parts.has('year') ? number('year') : short + (short < 70 ? 2000 : 1900);
  const name = parts.get('name')?.toLowerCase().slice(0, 3);
  const month = name === undefined ? number('month', 1) : MONTHS.findIndex((each) => each.startsWith(name)) + 1;
  const day = parts.has('dayOfYear') ? number('dayOfYear') : number('day', 1);
  const date = new Date(0).setUTCFullYear(year, month - 1, day);
  const real = parts.has('dayOfYear')
    ? day >= 1 && new Date(date).getUTCFullYear() === year
    : new Date(date).getUTCDate() === day && month >= 1 && month <= 12;
  const half = parts.get('half')?.toLowerCase();
  const hour = parts.has('hour12') ? (number('hour12') % 12) + (half === 'pm' ? 12 : 0) : number('hour');
  const clock = parts.has('hour12') ? number('hour12') >= 1 && number('hour12') <= 12 : hour <= 24;
  const [minute, second] = [number('minute'), number('second')];
  const time = hour * 3_600_000 + minute * 60_000 + second * 1000 + Number((parts.get('fraction') ?? '').slice(0, 3).padEnd(3, '0'));
  const zone = parts.get('zone');
  const offset = zone === undefined ? 0 : zoneOffset(`${zone}${parts.get('zoneMinute') ?? ''}`);
  if (year < 1 || !real || !clock || minute > 59 || second > 60 || time > 86_400_000 || offset === undefined) return undefined;
  return date + time - offset;
}
