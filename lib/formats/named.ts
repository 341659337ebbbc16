import { csv } from './csv.ts';
import type { Format } from './format.ts';
import { NDJSON } from './ndjson.ts';
import { CLOUDWATCH_LOGS } from './services/cloudwatch-logs.ts';
import { DMS } from './services/dms.ts';
import { DYNAMODB_STREAM } from './services/dynamodb-stream.ts';
import { EVENTBRIDGE } from './services/eventbridge.ts';
import { IOT } from './services/iot.ts';

/** Formats without options, except `json`, which is the default. */
const NAMED: readonly Format[] = [NDJSON, csv(), CLOUDWATCH_LOGS, EVENTBRIDGE, DYNAMODB_STREAM, DMS, IOT];

/** The name of a format that needs no options. */
export type FormatName = 'json' | 'ndjson' | 'csv' | 'cloudwatch-logs' | 'eventbridge' | 'dynamodb-stream' | 'dms' | 'iot';

export const FORMAT_NAMES: readonly string[] = ['json', ...NAMED.map(({ name }) => name)] satisfies string[];

/** The format of a name, `undefined` for another name, and for `json`. */
export function namedFormat(name: string): Format | undefined {
  return NAMED.find((format) => format.name === name);
}
