import { isAbsolute } from 'node:path';
import { MillraceError } from '../../lib/core/errors.ts';
import type { Application } from '../../lib/dsl/application.ts';
import { streamNames } from '../../lib/dsl/parsed-sql.ts';
import { applicationNameProblem, quote, streamNameProblem } from '../../lib/plan/names.ts';
import type { AlarmOptions } from './alarms.ts';
import type { BundlingOptions } from './application-code.ts';
import type { FunctionOptions, SharedFunctionOptions } from './application-function.ts';
import type { StreamOptions } from './application-stream.ts';
import type { TableOptions } from './application-table.ts';
import type { EventSourceOptions, StartingPosition } from './event-source.ts';
import type { RestApiOptions } from './rest-api.ts';

/** The props of `MillraceApplication`: the application and its file; everything else has a default. */
export interface MillraceApplicationProps extends SharedFunctionOptions {
  /** the application, as returned by `application(…)` */
  readonly app: Application;
  /** absolute path of the file whose default export is the application, or of its SQL file; it is bundled into the functions */
  readonly entry: string;
  /**
   * where reading starts at first; a later change neither skips nor repeats what is committed
   * @default 'TRIM_HORIZON'
   */
  readonly startingPosition?: StartingPosition;
  /**
   * for all streams
   * @default - new streams, on demand, encrypted, kept for 7 days, read in batches of up to 10,000 records or 5 seconds
   */
  readonly streamDefaults?: StreamOptions & EventSourceOptions;
  /**
   * for single streams, by their names in the application; they override `streamDefaults`
   * @default - `streamDefaults` for every stream
   */
  readonly streams?: Readonly<Record<string, StreamOptions & EventSourceOptions>>;
  /**
   * the state and results tables
   * @default - new tables, encrypted with the AWS managed key, retained when the stack is deleted
   */
  readonly tables?: TableOptions;
  /**
   * who can query, and how often
   * @default - requests need an API key, 50 requests per second
   */
  readonly api?: RestApiOptions;
  /**
   * thresholds and notifications
   * @default - the thresholds of `AlarmOptions`, and no notifications
   */
  readonly alarms?: AlarmOptions;
  /**
   * the function that aggregates events; its timeout is at least 30 seconds
   * @default - 1,769 MB (one core), 1 minute
   */
  readonly aggregate?: FunctionOptions;
  /**
   * the function that merges closed windows and runs the maintenance tick
   * @default - 1,769 MB (one core), 5 minutes
   */
  readonly merge?: FunctionOptions;
  /**
   * the function that answers the REST API
   * @default - 1,769 MB (one core), 29 seconds, which is API Gateway's limit
   */
  readonly query?: FunctionOptions;
  /**
   * the function that answers ad hoc queries in SQL
   * @default - 1,769 MB (one core), 29 seconds, which is API Gateway's limit
   */
  readonly sql?: FunctionOptions;
  /**
   * how the functions' code is bundled
   * @default - everything is bundled, minified
   */
  readonly bundling?: BundlingOptions;
}

/** Minimum timeout in seconds, so that a record can be processed in a worker; with less, such a record would be retried for ever. */
const LEAST_TIMEOUT = 30;

/**
 * Refuses invalid props before any resource is created.
 *
 * @throws MillraceError `argument` with the prop and the reason
 */
export function checkProps(props: MillraceApplicationProps): void {
  const { app, entry, startingPosition } = props;
  check(
    app?.kind === 'application' && Array.isArray(app.views) && (app.views.length > 0 || app.sql !== undefined)
      ? undefined
      : "app must be what application('name', { views: […] }) gives",
  );
  check(applicationNameProblem(app.name));
  const names = streamNames(app);
  for (const name of names) check(streamNameProblem(name));
  check(isAbsolute(entry) ? undefined : `entry must be an absolute path, not ${quote(entry)}`);
  check(
    startingPosition instanceof Date && Number.isNaN(startingPosition.getTime()) ? 'startingPosition is a Date without a time' : undefined,
  );
  check(
    props.aggregate?.timeout && props.aggregate.timeout.toSeconds() < LEAST_TIMEOUT
      ? `aggregate.timeout must be at least ${LEAST_TIMEOUT} seconds: a record that hangs is processed in a worker for 10 seconds before it becomes a dead letter`
      : undefined,
  );
  for (const name of Object.keys(props.streams ?? {})) {
    check(
      names.includes(name)
        ? undefined
        : `streams has options for ${quote(name)}, but ${quote(app.name)} reads ${names.map(quote).join(', ')}`,
    );
  }
  check(
    props.streamDefaults?.stream && names.length > 1
      ? `streamDefaults.stream would make ${names.map(quote).join(' and ')} the same stream: set stream for each in streams`
      : undefined,
  );
  check(forNewOnly('streamDefaults', props.streamDefaults));
  for (const [name, options] of Object.entries(props.streams ?? {})) check(forNewOnly(`streams[${quote(name)}]`, options));
  const { encryptionKey, stateTable, resultsTable } = props.tables ?? {};
  check(
    encryptionKey && stateTable && resultsTable
      ? 'tables has encryptionKey, which is for new tables, and two existing ones: import each with its key by Table.fromTableAttributes'
      : undefined,
  );
}

/** An option that only a new stream can follow, beside an existing one. Not the removal policy, which `-c removal-policy` also sets for what else is new. */
function forNewOnly(prop: string, options: StreamOptions | undefined): string | undefined {
  if (options?.stream === undefined) return undefined;
  const unused = (['streamName', 'shards', 'retention', 'encryptionKey'] as const).find((name) => options[name] !== undefined);
  if (unused === undefined) return undefined;
  const instead = unused === 'encryptionKey' ? 'import the stream with its key by Stream.fromStreamAttributes' : `leave ${unused} out`;
  return `${prop} has stream, an existing one, and ${unused}, which is for a new one: ${instead}`;
}

function check(problem: string | undefined): void {
  if (problem) throw new MillraceError('argument', `MillraceApplication: ${problem}`);
}
