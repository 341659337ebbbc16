import type { Accumulator } from '../accumulator.ts';

/** Whether all values are true; NULL of nothing. */
export const boolAnd = decided('bool_and', false);

/** Whether a value is true; NULL of nothing. */
export const boolOr = decided('bool_or', true);

/** @param by the value that decides, whatever the others are */
function decided(name: string, by: boolean): Accumulator<boolean | null, [boolean], boolean | null> {
  return {
    name,
    create: () => null,
    add: (acc, value) => (acc === by ? acc : value),
    merge: (into, from) => (from === null || into === by ? into : from),
    result: (acc) => acc,
    write: (acc, out) => out.byte(acc === null ? 0 : acc ? 2 : 1),
    read: (input) => {
      const form = input.byte();
      if (form > 2) throw input.corrupt('a truth value is none');
      return form === 0 ? null : form === 2;
    },
  };
}
