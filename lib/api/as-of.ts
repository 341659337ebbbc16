import { ByteReader, ByteWriter } from '../core/bytes.ts';
import { MillraceError } from '../core/errors.ts';
import { isDerived, type ShownView } from '../plan/shown-view.ts';
import { basesOf } from '../query/scans.ts';
import { furthest } from '../runtime/read/as-of.ts';
import type { AsOf } from '../runtime/read/query.ts';
import { invalid } from './problem.ts';
import { openToken, sealToken } from './token.ts';

/** Kinesis' names of shards; in a token, a number and a length replace them, since there may be hundreds. */
const PREFIX = 'shardId-';
const DIGITS = 12;

/** What a client has seen of a view, as opaque text: about four bytes per shard. */
export function formatAsOf(view: string, asOf: AsOf): string {
  const out = new ByteWriter(64);
  out.number(asOf.mergedThrough);
  const tasks = Object.entries(asOf.tasks);
  out.varuint(tasks.length);
  for (const [shard, index] of tasks) {
    const digits = shard.slice(PREFIX.length);
    if (shard.startsWith(PREFIX) && digits.length === DIGITS && /^\d+$/.test(digits)) out.varuint(Number(digits) + 1);
    else {
      out.varuint(0);
      out.text(shard);
    }
    out.varuint(index);
  }
  return sealToken(out.finish(), context(view));
}

/**
 * Parses tokens of {@link formatAsOf}. Several tokens, separated by commas, are merged.
 *
 * @param views the views that they may refer to
 * @param shown the name of the requested view
 * @returns what the client has seen, by view
 * @throws Problem with the parameter's name if a token was altered or belongs to another view
 */
export function parseAsOf(parameter: string, text: string, views: readonly string[], shown: string): Map<string, AsOf> {
  const seen = new Map<string, AsOf>();
  for (const token of text.split(',')) {
    const found = views.map((view) => ({ view, bytes: openToken(token, context(view)) })).find(({ bytes }) => bytes !== undefined);
    const asOf = found?.bytes && readAsOf(found.bytes);
    if (!found || !asOf)
      throw invalid(parameter, `it is not an as_of that an answer about view "${shown}" contained: send it back unchanged`);
    seen.set(found.view, furthest(seen.get(found.view), asOf));
  }
  return seen;
}

/** `undefined` for a token that no answer contained. A token is not a signature, so clients can forge one. */
function readAsOf(bytes: Uint8Array): AsOf | undefined {
  const tasks = new Map<string, number>();
  const input = new ByteReader(bytes, 'as_of');
  try {
    const mergedThrough = input.number();
    for (let left = input.count(2); left > 0; left--) {
      const number = input.varuint();
      const shard = number === 0 ? input.text() : `${PREFIX}${String(number - 1).padStart(DIGITS, '0')}`;
      tasks.set(shard, input.varuint());
    }
    input.end();
    return { tasks: Object.fromEntries(tasks), mergedThrough };
  } catch (error) {
    if (error instanceof MillraceError && error.code === 'corrupt') return undefined;
    throw error;
  }
}

/** The views whose rows a view reads: itself, or those it is derived from. */
export function basesOfView(view: ShownView): readonly string[] {
  return isDerived(view) ? basesOf(view.relation) : [view.name];
}

/** What a client has seen of several views, as one text. */
export function formatSeen(views: readonly string[], seen: ReadonlyMap<string, AsOf>): string {
  return views.flatMap((view) => formatAsOf(view, seen.get(view) ?? NOTHING)).join();
}

const NOTHING: AsOf = { tasks: {}, mergedThrough: Number.NEGATIVE_INFINITY };

function context(view: string): string {
  return `as_of ${view}`;
}
