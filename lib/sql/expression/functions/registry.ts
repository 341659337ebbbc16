import type { Overload } from '../overload.ts';
import { JSON_FUNCTIONS } from './json.ts';
import { NUMBER_FUNCTIONS } from './number.ts';
import { TEXT_FUNCTIONS } from './text.ts';
import { TIME_FUNCTIONS } from './time.ts';

/** Every built-in function, by name. */
export const FUNCTIONS: ReadonlyMap<string, readonly Overload[]> = new Map(
  Object.entries({ ...TEXT_FUNCTIONS, ...NUMBER_FUNCTIONS, ...TIME_FUNCTIONS, ...JSON_FUNCTIONS }),
);

export const CLOCK = 'results must not depend on when they are computed: compare with an event time, or filter by time when reading';
const CHANCE = 'results must not change when an event is processed again';

/** PostgreSQL functions that cannot be supported, and why. */
export const REFUSED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp', 'timeofday', 'age'].map((name) => [name, CLOCK]),
  ),
  ...Object.fromEntries(['random', 'random_normal', 'setseed', 'gen_random_uuid', 'uuidv4', 'uuidv7'].map((name) => [name, CHANCE])),
  age: 'subtract one time from the other: a - b',
  regexp_match: 'there are no arrays: extract a group with substring(text from pattern)',
  regexp_matches: 'there are no arrays: extract a group with substring(text from pattern)',
  regexp_split_to_array: 'there are no arrays: extract a part with split_part(text, delimiter, n)',
  string_to_array: 'there are no arrays: extract a part with split_part(text, delimiter, n)',
  to_date: 'cast ISO 8601 text: CAST(text AS timestamptz)',
  to_number: 'cast it: CAST(text AS double precision)',
  format: 'concatenate with || or concat',
  date: "there is no date type: use date_trunc('day', time)",
};
