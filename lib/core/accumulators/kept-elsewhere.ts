import type { Accumulator } from '../accumulator.ts';

/** The state of an aggregate whose result can be read from another one's state: nothing at all. */
export const keptElsewhere: Accumulator<null, readonly unknown[], null> = {
  name: 'kept_elsewhere',
  create: () => null,
  add: (acc) => acc,
  merge: (into) => into,
  result: () => null,
  write: () => {},
  read: () => null,
};
