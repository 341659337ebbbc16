import { RE2JS } from 're2js';
import { worked } from '../../../plan/work.ts';
import { grown } from './characters.ts';
import { fail } from './failure.ts';
import { translateRegex } from './regex-syntax.ts';

/** What a match counts as, in characters. */
const MATCH = 50;

/**
 * Compiles a regular expression of PostgreSQL. Finding one match is linear in the length of the text, whatever the pattern. Finding all matches
 * can be quadratic if each match looks to the end of the text.
 *
 * @param flags PostgreSQL's letters: `i` ignores case, `c` does not; `n` or `m` is newline-sensitive, `s` is not (default); also at the start of the
 *   pattern, as in `(?i)`
 * @throws MillraceError `argument` if the pattern or a flag is invalid
 */
function compile(pattern: string, flags: string): RE2JS {
  const [head = '', embedded = ''] = /^\(\?([a-z]+)\)/.exec(pattern) ?? [];
  let fold = 0;
  let lines = false;
  for (const flag of flags + embedded) {
    if (flag === 'i') fold = RE2JS.CASE_INSENSITIVE;
    else if (flag === 'c') fold = 0;
    else if (flag === 'n' || flag === 'm') lines = true;
    else if (flag === 's') lines = false;
    else return fail(`invalid regular expression option: "${flag}"`);
  }
  const source = translateRegex(pattern.slice(head.length), lines);
  // PostgreSQL returns the longest match, unless a quantifier is lazy.
  const longest = /[*+?}]\?/.test(withoutLiterals(pattern.slice(head.length))) ? 0 : RE2JS.LONGEST_MATCH;
  try {
    return RE2JS.compile(source, fold | longest | (lines ? RE2JS.MULTILINE : RE2JS.DOTALL));
  } catch (cause) {
    return fail(
      `invalid regular expression: ${cause instanceof Error ? cause.message.replace(/^error parsing regexp: /, '') : String(cause)}`,
    );
  }
}

/** A pattern with a letter in place of everything escaped or in brackets, where `*?` is not a quantifier. */
function withoutLiterals(body: string): string {
  return body.replace(/\\.|\[\^?\]?(?:\\.|\[:[a-z]+:\]|[^\]\\])*\]/gs, 'x');
}

/** `~` and `regexp_like`: whether a text has a match anywhere. */
export function regexTester(pattern: string, flags = ''): (text: string) => boolean {
  const regex = compile(pattern, flags);
  return (text) => regex.test(text);
}

/** `substring(text from pattern)`: the first group, or the whole match if there is no group; NULL without a match. */
export function regexExtractor(pattern: string): (text: string) => string | null {
  const regex = compile(pattern, '');
  const group = regex.groupCount() > 0 ? 1 : 0;
  return (text) => {
    const matcher = regex.matcher(text);
    return matcher.find() ? (matcher.group(group) ?? null) : null;
  };
}

/** `regexp_substr`: the whole first match. */
export function regexFinder(pattern: string): (text: string) => string | null {
  const regex = compile(pattern, '');
  return (text) => {
    const matcher = regex.matcher(text);
    return matcher.find() ? matcher.group() : null;
  };
}

/** `regexp_count`: the number of matches that do not overlap. */
export function regexCounter(pattern: string): (text: string) => number {
  const regex = compile(pattern, '');
  return (text) => {
    const matcher = regex.matcher(text);
    let count = 0;
    while (matcher.find()) {
      count++;
      worked(MATCH);
    }
    return count;
  };
}

/**
 * `regexp_replace`: replaces the first match, or every match with the flag `g`. In the replacement, `\1` to `\9` are groups and `\&` is the
 * whole match.
 */
export function regexReplacer(pattern: string, replacement: string, flags = ''): (text: string) => string {
  const all = flags.includes('g');
  const regex = compile(pattern, flags.replaceAll('g', ''));
  const parts = replacementParts(replacement);
  const groups = regex.groupCount();
  return (text) => {
    const matcher = regex.matcher(text);
    let result = '';
    let end = 0;
    while (matcher.find()) {
      worked(MATCH);
      result += text.slice(end, matcher.start());
      for (const part of parts) result += typeof part === 'string' ? part : part <= groups ? (matcher.group(part) ?? '') : '';
      end = matcher.end();
      grown(result, text);
      if (!all) break;
    }
    return grown(result + text.slice(end), text);
  };
}

/** The parts of a replacement: texts and group numbers. */
function replacementParts(replacement: string): (string | number)[] {
  return [...replacement.matchAll(/\\([\d&\\])|([^\\]+|\\)/gs)].map(([, escaped, text]) => {
    if (escaped === undefined) return text as string;
    return escaped === '\\' ? '\\' : escaped === '&' ? 0 : Number(escaped);
  });
}
