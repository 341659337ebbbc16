import type { Node } from '@pgsql/types';
import { nodeOffset } from './node-offset.ts';
import type { SqlSource } from './source.ts';

/** A place in the text: a node of the parse tree, or an offset in UTF-8 bytes. */
export type Place = Node | number | undefined;

/** Ends the binding with an error at a place. */
export type Fail = (place: Place, message: string, hint?: string) => never;

/** Makes the function that every refusal goes through. */
export function failIn(source: SqlSource): Fail {
  return (place, message, hint) => {
    const offset = typeof place === 'object' ? nodeOffset(place) : place;
    throw source.error(offset === undefined ? undefined : source.fromBytes(offset), message, hint);
  };
}

/** What a field is called, and what to write instead of what it says. */
export type Construct = readonly [name: string, instead: string];

/**
 * Refuses every field that is set and not known, so that nothing a statement says is passed over in silence.
 *
 * @param what the node's fields; the parser leaves out what is zero, false or empty
 * @param known the fields the caller sees to
 * @param constructs what others are called
 * @param place where to say it is when the field's own value does not know
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
