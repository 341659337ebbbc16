import { MillraceError } from '../../../core/errors.ts';

/** Ends the evaluation of an expression: in a constant a mistake of the definition, otherwise its event becomes a dead letter. */
export function fail(message: string): never {
  throw new MillraceError('argument', message);
}
