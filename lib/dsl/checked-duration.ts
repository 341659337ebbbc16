import type { Duration, DurationUnit } from '../core/duration.ts';
import type { MillraceTypeError } from './type-error.ts';

/**
 * A duration in a definition. The type checker reads a literal; a `string` or a template, whose text it does not know (no key of
 * `Record<string, …>` is required), is checked when the application is compiled, as everything is then.
 */
export type CheckedDuration<D extends Duration> = D extends number
  ? D
  : D extends string
    ? Record<never, never> extends Record<D, unknown>
      ? D
      : Parts<Trimmed<Lowercase<D>>> extends true
        ? D
        : MillraceTypeError<`"${D}" is not a duration: write milliseconds or text such as '5 seconds', '1 hour 30 minutes'`>
    : never;

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
type Unit = DurationUnit | `${DurationUnit}s`;

/** Whether a text is amounts and units in turn. */
type Parts<T extends string> = T extends `${infer C}${infer Rest}` ? (C extends Digit ? Amount<Rest> : false) : false;
type Amount<T extends string> = T extends `${infer C}${infer Rest}` ? (C extends Digit | '.' ? Amount<Rest> : Word<Trimmed<T>>) : false;
type Word<T extends string, Before extends string = ''> = T extends `${infer C}${infer Rest}`
  ? C extends Digit | ' '
    ? Before extends Unit
      ? Parts<Trimmed<T>>
      : false
    : Word<Rest, `${Before}${C}`>
  : Before extends Unit
    ? true
    : false;
type Trimmed<T extends string> = T extends ` ${infer Rest}` ? Trimmed<Rest> : T extends `${infer Rest} ` ? Trimmed<Rest> : T;
