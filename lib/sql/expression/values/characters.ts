import { fail } from './failure.ts';
import type { Int } from './int.ts';

/** The most characters a function may make: an event's values are small, and one expression must not fill the memory. */
const LONGEST = 1_000_000;
const SURROGATE = /[\ud800-\udfff]/;

function tooLong(): never {
  return fail('requested length too large');
}

/** A text that was made of another, unless it has grown beyond what a function may make. */
export function grown(text: string, from: string): string {
  return text.length > LONGEST && text.length > from.length ? tooLong() : text;
}

/** Cuts a text by characters, which are code points; two of JavaScript's units make one character outside the basic plane. */
export function slice(text: string, start: number, end?: number): string {
  return SURROGATE.test(text) ? [...text].slice(start, end).join('') : text.slice(start, end);
}

/** How many characters a text has. */
export function count(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let characters = 0;
  for (const _ of text) characters++;
  return characters;
}

/** `substring(text from start for length)`: places count from 1 and may lie outside the text. */
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

/** `overlay`: a stretch of the text replaced; as long as what replaces it unless a length is given. */
export function overlay(text: string, replacement: string, start: Int, length: Int = count(replacement)): string {
  if (start <= 0) return fail('negative substring length not allowed');
  return joined([substring(text, 1, Number(start) - 1), replacement, substring(text, Number(start) + Number(length))]);
}

/** The place of a text in another, from 1; 0 when it is not there. */
export function position(text: string, part: string): number {
  const at = text.indexOf(part);
  return at < 0 ? 0 : count(text.slice(0, at)) + 1;
}

/** Takes characters of a set off the ends. */
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

/** Fills a text up to a length, or cuts its end off. */
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
 * Texts one after another. One alone may be longer than what a function may make.
 *
 * @param by what comes between them
 */
export function joined(texts: readonly string[], by = ''): string {
  const length = texts.reduce((sum, text) => sum + text.length, by.length * (texts.length - 1));
  return length > LONGEST && texts.every((text) => text.length < length) ? tooLong() : texts.join(by);
}

/** `||`: the same of two, which is what runs for every event. */
export function concatenated(a: string, b: string): string {
  return a.length + b.length > LONGEST && a !== '' && b !== '' ? tooLong() : a + b;
}

/** Every occurrence replaced; of the empty text there are none. */
export function replace(text: string, from: string, to: string): string {
  if (from === '') return text;
  const parts = text.split(from);
  return text.length + (parts.length - 1) * (to.length - from.length) > Math.max(LONGEST, text.length) ? tooLong() : parts.join(to);
}

/** A part of a text between delimiters, counted from 1, or from the end by negative numbers. */
export function splitPart(text: string, delimiter: string, place: Int): string {
  if (place === 0) return fail('field position must not be zero');
  if (text === '') return '';
  const parts = delimiter === '' ? [text] : text.split(delimiter);
  return parts.at(place > 0 ? Number(place) - 1 : Number(place)) ?? '';
}

/** Each character of a set becomes the one at its place in another, or nothing where that is shorter. */
export function translator(from: string, to: string): (text: string) => string {
  const targets = [...to];
  const map = new Map<string, string>();
  for (const [index, character] of [...from].entries()) if (!map.has(character)) map.set(character, targets[index] ?? '');
  return (text) => Array.from(text, (character) => map.get(character) ?? character).join('');
}

/** The first letter of every word in upper case, the others in lower; words are letters and digits. */
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
