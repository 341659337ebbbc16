import { parseDuration } from '../core/duration.ts';
import { MillraceError } from '../core/errors.ts';
import { toInstant } from '../core/instant.ts';
import type { Given } from './command.ts';
import { UsageError } from './usage-error.ts';

/** The file argument of a command. */
export function onlyPositional({ positionals }: Given, name: string): string {
  const [first, ...more] = positionals;
  if (first === undefined) throw new UsageError(`${name} is missing`);
  if (more.length > 0) throw new UsageError(`unexpected argument "${more[0]}": the only argument is ${name}`);
  return first;
}

/** The text of an option; `undefined` if it is not set. */
export function text({ values }: Given, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** The texts of an option that may be repeated. */
export function texts({ values }: Given, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** Whether a flag is set. */
export function flag({ values }: Given, name: string): boolean {
  return values[name] === true;
}

/** A whole number within bounds; `undefined` if it is not set. */
export function wholeNumber(given: Given, name: string, least: number, most: number): number | undefined {
  const value = text(given, name);
  if (value === undefined) return undefined;
  const parsed = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (!(parsed >= least && parsed <= most)) {
    throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, not "${value}"`);
  }
  return parsed;
}

/** A number of at least 0; `undefined` if it is not set. */
export function amount(given: Given, name: string): number | undefined {
  const value = text(given, name);
  if (value === undefined) return undefined;
  const parsed = /^(\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isFinite(parsed)) throw new UsageError(`--${name} must be a number of at least 0, not "${value}"`);
  return parsed;
}

/**
 * A point in time, ISO 8601 or relative such as `-1 hour`; `undefined` if it is not set.
 *
 * @param now the base of relative times
 */
export function time(given: Given, name: string, now: number): number | undefined {
  const value = text(given, name);
  if (value === undefined) return undefined;
  const instant = toInstant(value);
  if (instant !== undefined) return instant;
  try {
    return now + parseDuration(value);
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    throw new UsageError(
      `--${name} must be an ISO 8601 time such as 2026-01-01T00:00:00Z, or a relative one such as "-1 hour", not "${value}"`,
    );
  }
}
