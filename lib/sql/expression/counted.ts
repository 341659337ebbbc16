import { isMetered, workedOn } from '../../plan/work.ts';

type Call = (...values: unknown[]) => unknown;

/** Matching a pattern takes so many times as long as copying a text. */
const PREPARED = 50;

/**
 * A function that counts the characters it is given and makes, where somebody counts them. Without a meter it costs one more call, which is why there is a form
 * for each of the usual numbers of arguments.
 */
export function counted(call: Call, args: number): Call {
  switch (args) {
    case 1:
      return (a) => (isMetered() ? count(call, [a]) : call(a));
    case 2:
      return (a, b) => (isMetered() ? count(call, [a, b]) : call(a, b));
    case 3:
      return (a, b, c) => (isMetered() ? count(call, [a, b, c]) : call(a, b, c));
    default:
      return (...values) => (isMetered() ? count(call, values) : call(...values));
  }
}

/** The same of a function whose settings were prepared, such as a pattern. */
export function countedPrepared(prepared: (subject: unknown) => unknown): (subject: unknown) => unknown {
  return (subject) => {
    if (!isMetered()) return prepared(subject);
    workedOn([subject], PREPARED);
    const made = prepared(subject);
    workedOn([made]);
    return made;
  };
}

function count(call: Call, values: readonly unknown[]): unknown {
  workedOn(values);
  const made = call(...values);
  workedOn([made]);
  return made;
}
