import { fail } from './failure.ts';
import { MS_PER_DAY } from './interval.ts';
import { timeField } from './time-fields.ts';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** A name in the letter case of its template, padded to the longest name unless abbreviated to three letters. */
function names(template: string, all: readonly string[], width: number, index: (time: number) => number): Readonly<Record<string, Piece>> {
  const full = (time: number): string => (all[index(time)] as string).slice(0, width).padEnd(width);
  const title = template[0] + template.slice(1).toLowerCase();
  return { [template]: (time) => full(time).toUpperCase(), [title]: full, [template.toLowerCase()]: (time) => full(time).toLowerCase() };
}

type Piece = (time: number) => string;

/** A number padded with zeros, unless `FM` is set. */
interface Numeric {
  readonly width: number;
  readonly value: (time: number) => number;
}
const numeric = (width: number, field: string, by = (value: number): number => value): Numeric => {
  const read = timeField(field, false);
  return { width, value: (time) => by(read(time)) };
};
const hour12 = numeric(2, 'hour', (hour) => hour % 12 || 12);
const modulo = (value: number, by: number): number => ((value % by) + by) % by;

const NUMBERS: Readonly<Record<string, Numeric>> = {
  YYYY: numeric(4, 'year'),
  YY: numeric(2, 'year', (year) => year % 100),
  IYYY: numeric(4, 'isoyear'),
  MM: numeric(2, 'month'),
  DDD: numeric(3, 'doy'),
  DD: numeric(2, 'day'),
  D: numeric(1, 'dow', (day) => day + 1),
  ID: numeric(1, 'isodow'),
  IW: numeric(2, 'week'),
  WW: numeric(2, 'doy', (day) => Math.ceil(day / 7)),
  Q: numeric(1, 'quarter'),
  HH24: numeric(2, 'hour'),
  HH12: hour12,
  HH: hour12,
  MI: numeric(2, 'minute'),
  SSSS: { width: 1, value: (time) => Math.floor(modulo(time, MS_PER_DAY) / 1000) },
  SS: numeric(2, 'second', Math.floor),
  MS: { width: 3, value: (time) => modulo(time, 1000) },
  US: { width: 6, value: (time) => modulo(time, 1000) * 1000 },
};
const half = (am: string, pm: string): Piece => {
  const { value } = NUMBERS.HH24 as Numeric;
  return (time) => (value(time) < 12 ? am : pm);
};
const month = (time: number): number => new Date(time).getUTCMonth();
const day = (time: number): number => new Date(time).getUTCDay();
const WORDS: Readonly<Record<string, Piece>> = {
  ...names('MONTH', MONTHS, 9, month),
  ...names('MON', MONTHS, 3, month),
  ...names('DAY', DAYS, 9, day),
  ...names('DY', DAYS, 3, day),
  ...{ AM: half('AM', 'PM'), PM: half('AM', 'PM'), am: half('am', 'pm'), pm: half('am', 'pm') },
};
const ZONED_WORDS: typeof WORDS = { ...WORDS, TZ: () => 'UTC', tz: () => 'utc', OF: () => '+00' };

const LONGEST_FIRST = [...Object.keys(NUMBERS), ...Object.keys(WORDS), 'TZ', 'tz', 'OF'].sort((a, b) => b.length - a.length);

/**
 * `to_char` of a time: formats it with a template, such as `YYYY-MM-DD HH24:MI`. `FM` before a field suppresses padding; text in double
 * quotes, and characters that are not letters, are copied.
 *
 * @throws MillraceError `argument` for a template that is not supported
 * @see https://www.postgresql.org/docs/current/functions-formatting.html
 */
export function timeFormatter(template: string, zoned: boolean): Piece {
  const words = zoned ? ZONED_WORDS : WORDS;
  const pieces: Piece[] = [];
  let rest = template;
  while (rest !== '') {
    const quoted = /^"((?:[^"\\]|\\.)*)"?/s.exec(rest);
    const bare = /^FM/i.test(rest);
    const at = bare ? rest.slice(2) : rest;
    const name = LONGEST_FIRST.find(
      (each) => at.startsWith(each) || (Object.hasOwn(NUMBERS, each) && at.slice(0, each.length).toUpperCase() === each),
    );
    if (quoted) {
      const literal = (quoted[1] as string).replace(/\\(.)/gs, '$1');
      pieces.push(() => literal);
    } else if (name === undefined) {
      if (/^[a-z]/i.test(at)) return fail(`template ${JSON.stringify(at)} of to_char is not supported; put text in double quotes`);
      const literal = at[0] ?? '';
      pieces.push(() => literal);
    } else pieces.push(pieceOf(name, bare, words));
    rest = quoted ? rest.slice(quoted[0].length) : at.slice(name?.length ?? 1);
  }
  return (time) => pieces.map((piece) => piece(time)).join('');
}

function pieceOf(name: string, bare: boolean, words: typeof WORDS): Piece {
  const number = Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;
  if (number) return (time) => String(number.value(time)).padStart(bare ? 0 : number.width, '0');
  const word = words[name] ?? fail(`template ${name} of to_char needs a timestamptz`);
  return bare ? (time) => word(time).trimEnd() : word;
}
