import { MillraceError } from '../../../core/errors.ts';

/** Fails the evaluation of an expression. In a constant this is an error of the definition; otherwise the event becomes a dead letter. */
export function fail(message: string): never {
  throw new MillraceError('argument', message);
}
