import { parseDuration } from '../core/duration.ts';
import { MillraceError } from '../core/errors.ts';
import { toInstant } from '../core/instant.ts';
import type { Given } from './command.ts';
import { UsageError } from './usage-error.ts';

/** The one file a command is given. */
export function onlyPositional({ positionals }: Given, name: string): string {
  const [first, ...more] = positionals;
  if (first === undefined) throw new UsageError(`${name} is missing`);
  if (more.length > 0) throw new UsageError(`"${more[0]}" is one argument too many: there is only ${name}`);
  return first;
}

/** The text of an option; `undefined` when it was not given. */
export function text({ values }: Given, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** The texts of an option that may be repeated. */
export function texts({ values }: Given, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** Whether a switch was given. */
export function flag({ values }: Given, name: string): boolean {
  return values[name] === true;
}

/** A whole number within bounds; `undefined` when it was not given. */
export function wholeNumber(given: Given, name: string, least: number, most: number): number | undefined {
  const value = text(given, name);
  if (value === undefined) return undefined;
  const parsed = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (!(parsed >= least && parsed <= most)) {
    throw new UsageError(`--${name} takes a whole number from ${least} to ${most}, not "${value}"`);
  }
  return parsed;
}

/** A number from 0 up; `undefined` when it was not given. */
export function amount(given: Given, name: string): number | undefined {
  const value = text(given, name);
  if (value === undefined) return undefined;
  const parsed = /^(\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isFinite(parsed)) throw new UsageError(`--${name} takes a number from 0 up, not "${value}"`);
  return parsed;
}

/**
 * A point in time, ISO 8601 or from now such as `-1 hour`; `undefined` when it was not given.
 *
 * @param now what intervals count from
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
      `--${name} takes an ISO 8601 time such as 2026-01-01T00:00:00Z, or one from now such as "-1 hour", not "${value}"`,
    );
  }
}
