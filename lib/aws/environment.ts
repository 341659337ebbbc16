import { MillraceError } from '../core/errors.ts';
import { parseStartingPosition, type StartingPosition } from './starting-position.ts';

const MIB = 1024 * 1024;

/** The environment of a deployed function: its tables and streams. */
export interface Environment {
  readonly stateTable: string;
  readonly resultsTable: string;
  /** Kinesis streams by the application's stream names: the name of a stream of the function's account, or any stream's ARN */
  readonly streams: Readonly<Record<string, string>>;
  /** the function to invoke when a window has closed */
  readonly mergeFunction: string | undefined;
  /** a digest of the deployed code */
  readonly version: string;
  readonly startingPosition: StartingPosition;
  /** bytes that the function may use; `undefined` outside Lambda */
  readonly memoryBytes?: number | undefined;
}

/**
 * Reads what the deployment put into environment variables: `MILLRACE_STATE_TABLE`, `MILLRACE_RESULTS_TABLE`,
 * `MILLRACE_STREAMS` (JSON: `{"clicks": "name or ARN"}`; default none), `MILLRACE_MERGE_FUNCTION` (default
 * none), `MILLRACE_VERSION` (default empty), `MILLRACE_STARTING_POSITION` (default `TRIM_HORIZON`); and what Lambda says of the function's
 * memory, `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`.
 *
 * @param env `process.env`, or a part of it
 * @throws MillraceError `argument` that names the variable which is missing or wrong
 *
 * @example
 * ```ts
 * const environment = readEnvironment(process.env);
 * ```
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  return {
    stateTable: required(env, 'MILLRACE_STATE_TABLE'),
    resultsTable: required(env, 'MILLRACE_RESULTS_TABLE'),
    streams: readStreams(env.MILLRACE_STREAMS || '{}'),
    mergeFunction: env.MILLRACE_MERGE_FUNCTION || undefined,
    version: env.MILLRACE_VERSION ?? '',
    startingPosition: parseStartingPosition(env.MILLRACE_STARTING_POSITION || 'TRIM_HORIZON', 'MILLRACE_STARTING_POSITION'),
    memoryBytes: Number(env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE) * MIB || undefined,
  };
}

function required(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = env[name];
  if (!value)
    throw new MillraceError('argument', `the environment variable ${name} is missing: deploy with MillraceApplication, which sets it`);
  return value;
}

function readStreams(text: string): Readonly<Record<string, string>> {
  let streams: unknown;
  try {
    streams = JSON.parse(text);
  } catch (cause) {
    throw wrongStreams('it is not JSON', cause);
  }
  if (!isObject(streams)) throw wrongStreams('it is not an object');
  for (const [stream, physical] of Object.entries(streams)) {
    if (typeof physical !== 'string' || physical === '') throw wrongStreams(`"${stream}" has no name or ARN`);
  }
  return streams as Readonly<Record<string, string>>;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrongStreams(what: string, cause?: unknown): MillraceError {
  return new MillraceError(
    'argument',
    `the environment variable MILLRACE_STREAMS is invalid: ${what}; write {"clicks": "<stream name or ARN>"}`,
    { cause },
  );
}
