import { notUtf8, utf8Text } from './encoding.ts';
import { type Format, MOST_EVENTS, type Part, type Payload, TOO_MANY_EVENTS, undecodable } from './format.ts';

/** How lines of separated values are written. */
export interface CsvOptions {
  /** one character between values; default `,` */
  readonly delimiter?: string;
  /** whether the first line of each record names the columns; default `false`: `columns` does */
  readonly header?: boolean;
  /** the names of the values, in order; default the stream's columns */
  readonly columns?: readonly string[];
  /** the text for NULL; empty values without quotes are NULL too */
  readonly nullText?: string;
}

const QUOTE = '"';
/** Columns that a header may name: no stream has that many. */
const MOST_COLUMNS = 10_000;

/**
 * Lines of separated values (RFC 4180): quoted values can contain delimiters, doubled quotes and line ends. Values are read by the
 * types of their columns. A line with more or fewer values than columns becomes a dead letter; the other lines are processed.
 *
 * @throws RangeError if an option is invalid
 *
 * @example
 * ```ts
 * stream('readings', { format: csv({ delimiter: ';', header: true }), columns: { meter: 'text', kwh: 'double precision', at: 'timestamptz' }, eventTime: 'at' });
 * ```
 */
export function csv(options: CsvOptions = {}): Format {
  const { delimiter = ',', header = false, columns, nullText } = options;
  if (typeof delimiter !== 'string' || delimiter.length !== 1 || delimiter === QUOTE || delimiter === '\n' || delimiter === '\r')
    throw new RangeError(`delimiter must be one character other than a quote or a line end, not ${JSON.stringify(delimiter)}`);
  if (header && columns) throw new RangeError('columns cannot be combined with header: the first line names the columns');
  return namedBy(header ? undefined : columns, { delimiter, nullText }, !header && columns === undefined);
}

interface Layout {
  readonly delimiter: string;
  readonly nullText: string | undefined;
}

/**
 * @param names the columns' names; `undefined`: the first line has them
 * @param open whether they are still to be told
 */
function namedBy(names: readonly string[] | undefined, layout: Layout, open = false): Format {
  return {
    kind: 'format',
    name: 'csv',
    texts: true,
    gzip: true,
    decode: (payload) => read(payload, names, layout).payload,
    ...(open && { forColumns: (columns) => namedBy(columns, layout) }),
    inFile() {
      let known = names;
      return {
        decode(line) {
          const { payload, columns } = read(line, known, layout);
          known ??= columns;
          return payload;
        },
        goesOn: (line, begun) => endsQuoted(line, layout.delimiter, begun),
      };
    },
  };
}

function read(
  payload: Uint8Array,
  names: readonly string[] | undefined,
  { delimiter, nullText }: Layout,
): { readonly payload: Payload; readonly columns?: readonly string[] } {
  const wrong = notUtf8(payload);
  if (wrong !== undefined) return { payload: undecodable(wrong, payload) };
  const all = separated(utf8Text(payload), delimiter, names?.length ?? MOST_COLUMNS);
  const first = names === undefined ? all[0] : undefined;
  const lines = first ? all.slice(1) : all;
  if (lines.length > MOST_EVENTS) return { payload: undecodable(TOO_MANY_EVENTS, payload) };
  const columns = names ?? first?.values.map(({ text }) => text.trim()) ?? [];
  if (first && (columns.includes('') || new Set(columns).size < columns.length))
    return { payload: undecodable('not CSV: its header has an empty or duplicate name', payload) };
  if (first && first.count > columns.length)
    return { payload: undecodable(`not CSV: its header names more than ${MOST_COLUMNS} columns`, payload) };
  const head = first ? `${first.raw}\n` : '';
  return {
    columns,
    payload: {
      parts: lines.map((line) => partOf(line, columns, nullText)),
      own: (part) => Buffer.from(`${head}${(lines[part] as Line).raw}`),
    },
  };
}

interface Value {
  readonly text: string;
  readonly quoted: boolean;
}

interface Line {
  readonly raw: string;
  /** no more of them than are asked for */
  readonly values: readonly Value[];
  readonly count: number;
  /** why it is no line of values */
  readonly reason?: string;
}

function partOf({ values, count, reason }: Line, columns: readonly string[], nullText: string | undefined): Part {
  if (reason !== undefined) return { reason };
  if (count !== columns.length) return { reason: `not CSV: the line has ${count} values instead of ${columns.length}` };
  return {
    value: Object.fromEntries(
      columns.map((name, i) => {
        const { text, quoted } = values[i] as Value;
        return [name, !quoted && (text === '' || text === nullText) ? null : text];
      }),
    ),
  };
}

/**
 * The lines of a text, and their values; of more lines than a record may hold, with a header, those that show it.
 *
 * @param most values of a line that are kept; more are counted
 */
function separated(text: string, delimiter: string, most: number): Line[] {
  const lines: Line[] = [];
  let at = 0;
  while (at < text.length && lines.length < MOST_EVENTS + 2) {
    const from = at;
    const values: Value[] = [];
    let count = 0;
    let reason: string | undefined;
    for (;;) {
      const value = text[at] === QUOTE ? quotedValue(text, at) : plainValue(text, at, delimiter);
      if (value === undefined) {
        // A quote that is never closed would consume all following lines, so only its own line is dead.
        reason = 'not CSV: a quote is not closed';
        at = lineEnd(text, from);
        break;
      }
      if (count++ < most) values.push(value);
      at = value.end;
      if (text[at] === delimiter) at++;
      else break;
    }
    if (reason === undefined && at < text.length && text[at] !== '\n' && text[at] !== '\r') {
      reason = 'not CSV: there is text after a closing quote';
      at = lineEnd(text, at);
    }
    const raw = text.slice(from, at);
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
    if (raw !== '') lines.push({ raw, values, count, ...(reason !== undefined && { reason }) });
  }
  return lines;
}

function quotedValue(text: string, from: number): (Value & { end: number }) | undefined {
  let value = '';
  for (let at = from + 1; ; ) {
    const end = text.indexOf(QUOTE, at);
    if (end < 0) return undefined;
    value += text.slice(at, end);
    if (text[end + 1] !== QUOTE) return { text: value, quoted: true, end: end + 1 };
    value += QUOTE;
    at = end + 2;
  }
}

/** Whether a line of a file ends within a quoted value. As in {@link separated}, a quote within a value that is not quoted is only a character. */
function endsQuoted(line: Uint8Array, delimiter: string, begun: boolean): boolean {
  if (!line.includes(QUOTE.charCodeAt(0))) return begun;
  const text = utf8Text(line);
  let quoted = begun;
  let isStart = !begun;
  for (let at = 0; at < text.length; at++) {
    const isQuote = text[at] === QUOTE;
    if (quoted && isQuote) {
      if (text[at + 1] === QUOTE) at++;
      // What follows a closing quote otherwise makes the line dead up to its end.
      else if (at + 1 < text.length && text[at + 1] !== delimiter) return false;
      else quoted = false;
    } else if (!quoted) {
      quoted = isStart && isQuote;
      isStart = text[at] === delimiter;
    }
  }
  return quoted;
}

function plainValue(text: string, from: number, delimiter: string): Value & { end: number } {
  let end = from;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end++;
  return { text: text.slice(from, end), quoted: false, end };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end > from && text[end - 1] === '\r' ? end - 1 : end;
}
