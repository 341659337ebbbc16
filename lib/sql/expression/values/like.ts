import { fail } from './failure.ts';

/** Any one character. */
const ANY = Symbol('_');
type Piece = readonly (string | typeof ANY)[];

/**
 * Compiles a LIKE pattern: `%` matches any characters, `_` matches one.
 * Between two `%`, the first match is as good as any later one. So matching never backtracks, and takes at most the
 * product of the lengths of text and pattern.
 *
 * @param fold whether to ignore case (ILIKE)
 * @param escapedBy the escape character; empty for none
 * @throws MillraceError `argument` if the pattern ends with the escape character
 */
export function likeMatcher(pattern: string, fold: boolean, escapedBy = '\\'): (text: string) => boolean {
  const written = split(pattern, escapedBy);
  const pieces = fold ? written.map(lowerCase) : written;
  const match = pieces.every((piece) => !piece.includes(ANY)) ? matchPlain(pieces.map((piece) => piece.join(''))) : matchPieces(pieces);
  return fold ? (text) => match(text.toLowerCase()) : match;
}

function lowerCase(piece: Piece): Piece {
  return piece.flatMap((part): Piece => (part === ANY ? [part] : [...part.toLowerCase()]));
}

/** The parts of the pattern between `%`. */
function split(pattern: string, escapedBy: string): Piece[] {
  if ([...escapedBy].length > 1) return fail('invalid escape string: it must be empty or one character');
  const pieces: (string | typeof ANY)[][] = [[]];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string;
    const piece = pieces.at(-1) as (string | typeof ANY)[];
    if (character === escapedBy) {
      const next = characters[++i];
      if (next === undefined) return fail('LIKE pattern must not end with escape character');
      piece.push(next);
    } else if (character === '%') pieces.push([]);
    else piece.push(character === '_' ? ANY : character);
  }
  return pieces;
}

/** Without `_`, uses the engine's own text search. */
function matchPlain(pieces: readonly string[]): (text: string) => boolean {
  const first = pieces[0] as string;
  if (pieces.length === 1) return (text) => text === first;
  const last = pieces.at(-1) as string;
  const middle = pieces.slice(1, -1).filter((piece) => piece !== '');
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const piece of middle) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at <= text.length - last.length;
  };
}

function matchPieces(pieces: readonly Piece[]): (text: string) => boolean {
  const first = pieces[0] as Piece;
  const last = pieces.at(-1) as Piece;
  const middle = pieces.slice(1, -1);
  return (subject) => {
    const text = [...subject];
    if (pieces.length === 1) return text.length === first.length && fits(text, 0, first);
    const end = text.length - last.length;
    if (end < first.length || !fits(text, 0, first) || !fits(text, end, last)) return false;
    let at = first.length;
    for (const piece of middle) {
      while (at + piece.length <= end && !fits(text, at, piece)) at++;
      at += piece.length;
      if (at > end) return false;
    }
    return true;
  };
}

function fits(text: readonly string[], at: number, piece: Piece): boolean {
  return piece.every((character, index) => character === ANY || text[at + index] === character);
}
