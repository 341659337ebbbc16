import { RemovalPolicy } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import type { Construct } from 'constructs';
import { MillraceError } from '../lib/core/errors.ts';
import { toInstant } from '../lib/core/instant.ts';
import type { MillraceApplicationProps, StartingPosition } from './constructs/millrace-application.ts';

/** The values of `-c name=value`. */
export interface DeployOptions {
  /** the application's file */
  readonly file: string;
  readonly stackName: string | undefined;
}

type Props = Omit<MillraceApplicationProps, 'app' | 'entry'>;

/** How an option's value becomes props; existing resources are imported in the scope. */
type Option = (value: string, scope: Construct) => Props;

const AUTH = ['api-key', 'iam', 'none'] as const;

const OPTIONS: Readonly<Record<string, Option>> = {
  shards: (value) => ({ streamDefaults: { shards: wholeNumber('shards', value, 1, 10_000) } }),
  'existing-stream-arn': (value, scope) => ({
    streamDefaults: { stream: Stream.fromStreamArn(scope, 'ExistingStream', streamArn(value)) },
  }),
  'batch-size': (value) => ({ streamDefaults: { batchSize: wholeNumber('batch-size', value, 1, 10_000) } }),
  'starting-position': (value) => ({ startingPosition: startingPosition(value) }),
  auth: (value) => ({ api: { auth: oneOf('auth', value, AUTH) } }),
  'existing-state-table': (value, scope) => ({
    tables: { stateTable: Table.fromTableName(scope, 'ExistingStateTable', tableName('existing-state-table', value)) },
  }),
  'existing-results-table': (value, scope) => ({
    tables: { resultsTable: Table.fromTableName(scope, 'ExistingResultsTable', tableName('existing-results-table', value)) },
  }),
  'removal-policy': (value) => {
    const removalPolicy = RemovalPolicy[oneOf('removal-policy', value, ['retain', 'destroy']) === 'retain' ? 'RETAIN' : 'DESTROY'];
    return { tables: { removalPolicy }, streamDefaults: { removalPolicy }, logRemovalPolicy: removalPolicy };
  },
};

/**
 * Reads the `-c` options that say what is deployed: `app`, the application's file, and `stack`, the stack's name.
 *
 * @param context returns an option's value, or undefined
 * @throws MillraceError `argument` without `app`
 */
export function readOptions(context: (name: string) => unknown): DeployOptions {
  const file = context('app');
  if (typeof file !== 'string' || file === '') {
    throw new MillraceError(
      'argument',
      '-c app=FILE is missing: name the application’s file, e.g. npx cdk deploy -c app=examples/clickstream/app.ts',
    );
  }
  const stackName = context('stack');
  return { file, stackName: stackName === undefined ? undefined : String(stackName) };
}

/**
 * Reads the `-c` options that say how it is deployed.
 *
 * | option | value |
 * |---|---|
 * | `shards` | number of shards of each new stream; default: on demand |
 * | `existing-stream-arn` | read this stream and create none |
 * | `batch-size` | maximum records in a batch |
 * | `starting-position` | `TRIM_HORIZON` (default), `LATEST`, or an ISO 8601 time |
 * | `auth` | `api-key` (default), `iam` or `none` |
 * | `existing-state-table`, `existing-results-table` | use this table and create none: a restored one, or one retained by a deleted stack |
 * | `removal-policy` | of new tables and streams, and of log groups: `retain` (default) or `destroy` |
 *
 * @param context returns an option's value, or undefined
 * @param scope the stack, in which existing resources are imported
 * @throws MillraceError `argument` naming the option
 */
export function readProps(context: (name: string) => unknown, scope: Construct): Props {
  let props: Props = {};
  for (const [name, option] of Object.entries(OPTIONS)) {
    const value = context(name);
    if (value === undefined) continue;
    const more = option(String(value), scope);
    props = {
      ...props,
      ...more,
      ...(more.streamDefaults ? { streamDefaults: { ...props.streamDefaults, ...more.streamDefaults } } : {}),
      ...(more.tables ? { tables: { ...props.tables, ...more.tables } } : {}),
    };
  }
  return props;
}

function wholeNumber(name: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < least || number > most || value.trim() === '')
    refuse(name, value, `a whole number from ${least} to ${most}`);
  return number;
}

function oneOf<const T extends string>(name: string, value: string, values: readonly T[]): T {
  const found = values.find((other) => other === value);
  return found ?? refuse(name, value, values.join(', '));
}

function streamArn(value: string): string {
  return /^arn:[^:]+:kinesis:[^:]+:\d{12}:stream\/[\w.-]+$/.test(value)
    ? value
    : refuse('existing-stream-arn', value, 'like arn:aws:kinesis:eu-west-1:123456789012:stream/clicks');
}

function tableName(option: string, value: string): string {
  return /^[\w.-]{3,255}$/.test(value) ? value : refuse(option, value, 'the name of a DynamoDB table');
}

function startingPosition(value: string): StartingPosition {
  if (value === 'TRIM_HORIZON' || value === 'LATEST') return value;
  const time = toInstant(value);
  return time !== undefined
    ? new Date(time)
    : refuse('starting-position', value, 'TRIM_HORIZON, LATEST or an ISO 8601 time such as 2026-01-31T00:00:00Z');
}

function refuse(name: string, value: string, expected: string): never {
  throw new MillraceError('argument', `-c ${name}=${value}: it must be ${expected}`);
}
