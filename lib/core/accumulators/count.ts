import type { Accumulator } from '../accumulator.ts';

/** How many events there are. */
export const count: Accumulator<number, [], number> = {
  name: 'count',
  create: () => 0,
  add: (acc) => acc + 1,
  merge: (into, from) => into + from,
  result: (acc) => acc,
  write: (acc, out) => out.varuint(acc),
  read: (input) => input.varuint(),
};
