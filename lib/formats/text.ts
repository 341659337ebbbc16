import { RE2JS } from 're2js';
import { notUtf8, utf8Text } from './encoding.ts';
import { type Format, MOST_EVENTS, type Part, TOO_MANY_EVENTS, undecodable } from './format.ts';

/** How lines of text are read. */
export interface TextOptions {
  /** the text for NULL, such as `-` in many logs; a group without a match is always NULL */
  readonly nullText?: string;
}

/**
 * Lines of text, such as logs, matched by a pattern whose named groups are the columns. Each line is an event, with values read by the types of
 * their columns. The whole line must match. A line that does not match becomes a dead letter; the other lines are processed.
 *
 * @param pattern an RE2 regular expression (without back references and look-around), whose matching time is linear in the length of a
 *   line; or a JavaScript one that RE2 supports
 * @throws RangeError if it is invalid or has no named group
 * @see https://github.com/google/re2/wiki/Syntax
 *
 * @example
 * ```ts
 * stream('access', {
 *   format: text('(?<host>\\S+) \\S+ (?<user>\\S+) \\[(?<at>[^\\]]+)\\] "(?<request>[^"]*)" (?<status>\\d+) (?<bytes>\\S+)', { nullText: '-' }),
 *   columns: { host: 'text', user: 'text | null', at: 'text', request: 'text', status: 'bigint', bytes: 'bigint | null' },
 *   eventTime: { column: 'at', pattern: 'DD/Mon/YYYY:HH24:MI:SS TZH' },
 * });
 * ```
 */
export function text(pattern: string | RegExp, options: TextOptions = {}): Format {
  const { nullText } = options;
  const [source, flags] = typeof pattern === 'string' ? [pattern, ''] : [pattern.source, pattern.flags];
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(source, flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    const why = (error as Error).message.replace(/^error parsing regexp: /, '');
    throw new RangeError(`pattern is not a valid RE2 regular expression: ${why}`);
  }
  const groups = Object.entries(regex.namedGroups());
  if (groups.length === 0) throw new RangeError('pattern has no named group, such as (?<status>\\d+): named groups are the columns');
  const partOf = (line: string): Part => {
    const matcher = regex.matcher(line);
    if (!matcher.matches()) return { reason: 'the line does not match the pattern' };
    return {
      value: Object.fromEntries(
        groups.map(([name, group]) => {
          const matched = matcher.group(group) ?? null;
          return [name, matched === nullText ? null : matched];
        }),
      ),
    };
  };
  return {
    kind: 'format',
    name: 'text',
    texts: true,
    gzip: true,
    decode(payload) {
      const wrong = notUtf8(payload);
      if (wrong !== undefined) return undecodable(wrong, payload);
      const split = utf8Text(payload).split(/\r?\n/, MOST_EVENTS + 1);
      if (split.length > MOST_EVENTS) return undecodable(TOO_MANY_EVENTS, payload);
      const lines = split.filter((line) => line !== '');
      return { parts: lines.map(partOf), own: (part) => Buffer.from(lines[part] as string) };
    },
  };
}
