import { createHash } from 'node:crypto';
import type { Overload, Parameter } from '../overload.ts';
import type { SqlType } from '../types.ts';
import {
  capitalize,
  character,
  count,
  joined,
  left,
  overlay,
  pad,
  position,
  repeat,
  replace,
  reverse,
  right,
  splitPart,
  substring,
  translator,
  trimmer,
} from '../values/characters.ts';
import { type Int, toHex } from '../values/int.ts';
import { regexCounter, regexExtractor, regexFinder, regexReplacer, regexTester } from '../values/regex.ts';

const form = (args: readonly Parameter[], result: SqlType, call: Overload['call']): Overload => ({ args, result, call });
/** For arguments such as a pattern, which is compiled once while it stays the same. */
const pattern = (settings: number, result: SqlType, call: Overload['call']): Overload => ({
  args: ['text', ...Array<Parameter>(settings).fill('text')],
  result,
  subject: 0,
  call,
});

const length = [form(['text'], 'bigint', count)];
const trims = (ends: 'both' | 'start' | 'end'): Overload[] => [
  form(['text'], 'text', trimmer(' ', ends)),
  pattern(1, 'text', (set: string) => trimmer(set, ends)),
];
const pads = (end: 'start' | 'end'): Overload[] => [
  form(['text', 'bigint'], 'text', (text: string, wanted: Int) => pad(text, wanted, ' ', end)),
  form(['text', 'bigint', 'text'], 'text', (text: string, wanted: Int, fill: string) => pad(text, wanted, fill, end)),
];
const parts = [form(['text', 'bigint'], 'text', substring), form(['text', 'bigint', 'bigint'], 'text', substring)];

/** Functions of text. */
export const TEXT_FUNCTIONS: Readonly<Record<string, readonly Overload[]>> = {
  lower: [form(['text'], 'text', (text: string) => text.toLowerCase())],
  upper: [form(['text'], 'text', (text: string) => text.toUpperCase())],
  initcap: [form(['text'], 'text', capitalize)],
  length,
  char_length: length,
  character_length: length,
  octet_length: [form(['text'], 'bigint', (text: string) => Buffer.byteLength(text))],
  substr: parts,
  substring: [{ ...pattern(1, 'text', regexExtractor), nullable: true }, ...parts],
  left: [form(['text', 'bigint'], 'text', left)],
  right: [form(['text', 'bigint'], 'text', right)],
  overlay: [form(['text', 'text', 'bigint'], 'text', overlay), form(['text', 'text', 'bigint', 'bigint'], 'text', overlay)],
  btrim: trims('both'),
  ltrim: trims('start'),
  rtrim: trims('end'),
  lpad: pads('start'),
  rpad: pads('end'),
  replace: [form(['text', 'text', 'text'], 'text', replace)],
  position: [form(['text', 'text'], 'bigint', position)],
  strpos: [form(['text', 'text'], 'bigint', position)],
  split_part: [form(['text', 'text', 'bigint'], 'text', splitPart)],
  starts_with: [form(['text', 'text'], 'boolean', (text: string, start: string) => text.startsWith(start))],
  concat: [{ args: [], rest: 'printed', result: 'text', nulls: true, call: (...values: (string | null)[]) => join(values, '') }],
  concat_ws: [
    {
      args: ['text'],
      rest: 'printed',
      result: 'text',
      nulls: true,
      nullable: true,
      call: (by: string | null, ...values: (string | null)[]) => (by === null ? null : join(values, by)),
    },
  ],
  reverse: [form(['text'], 'text', reverse)],
  repeat: [form(['text', 'bigint'], 'text', repeat)],
  translate: [pattern(2, 'text', translator)],
  ascii: [form(['text'], 'bigint', (text: string) => text.codePointAt(0) ?? 0)],
  chr: [form(['bigint'], 'text', character)],
  to_hex: [form(['bigint'], 'text', toHex)],
  md5: [form(['text'], 'text', (text: string) => createHash('md5').update(text).digest('hex'))],
  regexp_like: [pattern(1, 'boolean', regexTester), pattern(2, 'boolean', regexTester)],
  regexp_replace: [pattern(2, 'text', regexReplacer), pattern(3, 'text', regexReplacer)],
  regexp_substr: [{ ...pattern(1, 'text', regexFinder), nullable: true }],
  regexp_count: [pattern(1, 'bigint', regexCounter)],
};

function join(values: readonly (string | null)[], by: string): string {
  return joined(
    values.filter((value) => value !== null),
    by,
  );
}
