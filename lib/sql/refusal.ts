import type { Node } from '@pgsql/types';
import { nodeOffset } from './node-offset.ts';
import type { SqlSource } from './source.ts';

/** A position in the text: a node of the parse tree, or an offset in UTF-8 bytes. */
export type Place = Node | number | undefined;

/** Throws an error at a position. */
export type Fail = (place: Place, message: string, hint?: string) => never;

/** Creates the function that reports all errors. */
export function failIn(source: SqlSource): Fail {
  return (place, message, hint) => {
    const offset = typeof place === 'object' ? nodeOffset(place) : place;
    throw source.error(offset === undefined ? undefined : source.fromBytes(offset), message, hint);
  };
}

/** The name of an unsupported construct, and what to write instead. */
export type Construct = readonly [name: string, instead: string];

/**
 * Refuses every field that is set and not supported, so that no part of a statement is silently ignored.
 *
 * @param what the node's fields; the parser omits zero, false and empty ones
 * @param known the fields that the caller handles
 * @param constructs names for the other fields
 * @param place where to report a field whose value has no position
 */
export function onlyKnown(
  what: object,
  known: readonly string[],
  constructs: Readonly<Record<string, Construct>>,
  place: Place,
  fail: Fail,
): void {
  for (const [field, value] of Object.entries(what)) {
    if (value === undefined || known.includes(field) || field === 'location') continue;
    const [name, instead] = constructs[field] ?? [field, 'leave it out'];
    const at = typeof value === 'object' && value !== null ? nodeOffset(value) : undefined;
    fail(at ?? place ?? nodeOffset(what), `${name} is not supported`, instead);
  }
}
