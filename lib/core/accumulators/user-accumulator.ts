import type { Accumulator } from '../accumulator.ts';
import type { ByteReader, ByteWriter } from '../bytes.ts';
import { MillraceError } from '../errors.ts';
import { storableJson } from '../json.ts';
import { readValue, writeValue } from './scalar-codec.ts';

/** A user's own accumulator: plain functions over a state that JSON can hold. */
export interface UserAccumulatorDefinition<A, Args extends readonly unknown[], R> {
  readonly name: string;
  readonly create: () => A;
  readonly add: (acc: A, ...args: Args) => A;
  readonly merge: (into: A, from: A) => A;
  readonly result: (acc: A) => R;
  /** how the state is stored; default as JSON */
  readonly write?: (acc: A, out: ByteWriter) => void;
  readonly read?: (input: ByteReader) => A;
}

/** The state, or a mark that a user's function threw without an event being the cause. */
interface Held<A> {
  failed: boolean;
  readonly value: A;
}

/**
 * Makes an accumulator of a user's functions. An error of `add` is rethrown and makes the event a dead letter. If `merge` throws or
 * its state cannot be stored, the pane's result is NULL from then on. If `result` throws or does not return JSON, the result is NULL for now. No
 * such error blocks a shard.
 * `merge` receives a copy of the second state, so it may keep parts of it.
 *
 * @example
 * ```ts
 * const product = userAccumulator({ name: 'product', create: () => 1, add: (p, x: number) => p * x, merge: (p, q) => p * q, result: (p) => p });
 * ```
 */
export function userAccumulator<A, Args extends readonly unknown[], R>(
  definition: UserAccumulatorDefinition<A, Args, R>,
): Accumulator<Held<A>, Args, R | null> {
  const { name, create, add, merge, result } = definition;
  const write = definition.write ?? ((acc: A, out: ByteWriter) => writeValue(acc, out));
  const read = definition.read ?? ((input: ByteReader) => readValue(input) as A);
  const failed: Held<A> = Object.freeze({ failed: true, value: undefined as A });
  return {
    name,
    create: () => ({ failed: false, value: create() }),
    add: (acc, ...args) => (acc.failed ? acc : { failed: false, value: add(acc.value, ...args) }),
    merge: (into, from) => {
      if (into.failed || from.failed) return failed;
      try {
        return { failed: false, value: merge(into.value, structuredClone(from.value)) };
      } catch {
        return failed;
      }
    },
    result: (acc) => {
      if (acc.failed) return null;
      try {
        const value = result(acc.value);
        if (typeof value === 'object' && value !== null) storableJson(value);
        return typeof value === 'number' && !Number.isFinite(value) ? null : value;
      } catch {
        return null;
      }
    },
    write: (acc, out) => {
      const start = out.length;
      if (!acc.failed) {
        try {
          out.byte(1);
          write(acc.value, out);
          return;
        } catch {
          // From here on also in memory, so that memory equals the stored form that others read.
          acc.failed = true;
          out.truncate(start);
        }
      }
      out.byte(0);
    },
    read: (input) => {
      if (!input.flag()) return failed;
      try {
        return { failed: false, value: read(input) };
      } catch (cause) {
        if (cause instanceof MillraceError) throw cause;
        const error = input.corrupt(`accumulator ${name} cannot read its state`);
        error.cause = cause;
        throw error;
      }
    },
  };
}
