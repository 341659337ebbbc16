import { fail } from './failure.ts';
import type { Int } from './int.ts';

/** The maximum length of a text that a function makes. An event's values are small, and an expression must not fill the memory. */
const LONGEST = 1_000_000;
const SURROGATE = /[\ud800-\udfff]/;

function tooLong(): never {
  return fail('requested length too large');
}

/** A computed text; an error if it is longer than a function may make. */
export function grown(text: string, from: string): string {
  return text.length > LONGEST && text.length > from.length ? tooLong() : text;
}

/** Slices a text by characters, which are code points; outside the basic plane, one character is two UTF-16 units. */
export function slice(text: string, start: number, end?: number): string {
  return SURROGATE.test(text) ? [...text].slice(start, end).join('') : text.slice(start, end);
}

/** The number of characters of a text. */
export function count(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let characters = 0;
  for (const _ of text) characters++;
  return characters;
}

/** `substring(text from start for length)`: positions count from 1 and may lie outside the text. */
export function substring(text: string, start: Int, length?: Int): string {
  if (length !== undefined && length < 0) return fail('negative substring length not allowed');
  const from = Number(start) - 1;
  const end = length === undefined ? undefined : Math.max(0, from + Number(length));
  return slice(text, Math.max(0, from), end);
}

export function left(text: string, length: Int): string {
  return slice(text, 0, Number(length));
}

export function right(text: string, length: Int): string {
  if (length < 0) return slice(text, -Number(length));
  return length === 0 ? '' : slice(text, -Number(length));
}

/** `overlay`: replaces a part of the text; the part is as long as the replacement unless a length is given. */
export function overlay(text: string, replacement: string, start: Int, length: Int = count(replacement)): string {
  if (start <= 0) return fail('negative substring length not allowed');
  return joined([substring(text, 1, Number(start) - 1), replacement, substring(text, Number(start) + Number(length))]);
}

/** The position of a text in another, from 1; 0 if it does not occur. */
export function position(text: string, part: string): number {
  const at = text.indexOf(part);
  return at < 0 ? 0 : count(text.slice(0, at)) + 1;
}

/** Removes characters of a set from the ends. */
export function trimmer(set: string, ends: 'both' | 'start' | 'end'): (text: string) => string {
  const unwanted = new Set(set);
  return (text) => {
    const characters = [...text];
    let [from, to] = [0, characters.length];
    if (ends !== 'end') while (from < to && unwanted.has(characters[from] as string)) from++;
    if (ends !== 'start') while (to > from && unwanted.has(characters[to - 1] as string)) to--;
    return characters.slice(from, to).join('');
  };
}

/** Pads a text to a length, or truncates it. */
export function pad(text: string, length: Int, fill: string, end: 'start' | 'end'): string {
  const wanted = Math.max(0, Number(length));
  if (wanted > LONGEST) return tooLong();
  const missing = wanted - count(text);
  if (missing <= 0) return slice(text, 0, wanted);
  if (fill === '') return text;
  const characters = [...fill];
  const filling = Array.from({ length: missing }, (_, index) => characters[index % characters.length]).join('');
  return end === 'start' ? filling + text : text + filling;
}

export function repeat(text: string, times: Int): string {
  const wanted = Math.max(0, Number(times));
  return wanted * text.length > LONGEST ? tooLong() : text.repeat(text === '' ? 0 : wanted);
}

/**
 * Concatenates texts. A single text may be longer than a function may make.
 *
 * @param by the separator
 */
export function joined(texts: readonly string[], by = ''): string {
  const length = texts.reduce((sum, text) => sum + text.length, by.length * (texts.length - 1));
  return length > LONGEST && texts.every((text) => text.length < length) ? tooLong() : texts.join(by);
}

/** `||`: concatenates two texts; separate because it runs for every event. */
export function concatenated(a: string, b: string): string {
  return a.length + b.length > LONGEST && a !== '' && b !== '' ? tooLong() : a + b;
}

/** Replaces every occurrence; the empty text has none. */
export function replace(text: string, from: string, to: string): string {
  if (from === '') return text;
  const parts = text.split(from);
  return text.length + (parts.length - 1) * (to.length - from.length) > Math.max(LONGEST, text.length) ? tooLong() : parts.join(to);
}

/** A part of a text between delimiters, counted from 1, or from the end if negative. */
export function splitPart(text: string, delimiter: string, place: Int): string {
  if (place === 0) return fail('field position must not be zero');
  if (text === '') return '';
  const parts = delimiter === '' ? [text] : text.split(delimiter);
  return parts.at(place > 0 ? Number(place) - 1 : Number(place)) ?? '';
}

/** Replaces each character of a set by the one at the same position in another set; removes it if that set is shorter. */
export function translator(from: string, to: string): (text: string) => string {
  const targets = [...to];
  const map = new Map<string, string>();
  for (const [index, character] of [...from].entries()) if (!map.has(character)) map.set(character, targets[index] ?? '');
  return (text) => Array.from(text, (character) => map.get(character) ?? character).join('');
}

/** Converts the first letter of every word to upper case, the others to lower case; words are letters and digits. */
export function capitalize(text: string): string {
  return text.replace(/[\p{L}\p{M}\p{N}]+/gu, (word) => {
    const [first = '', ...rest] = word;
    return first.toUpperCase() + rest.join('').toLowerCase();
  });
}

export function reverse(text: string): string {
  return [...text].reverse().join('');
}

/** The character of a code point. */
export function character(code: Int): string {
  if (code === 0) return fail('null character not permitted');
  if (code < 0) return fail('character number must be positive');
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  return code > 0x10ffff || surrogate ? fail(`requested character not valid for encoding: ${code}`) : String.fromCodePoint(Number(code));
}
