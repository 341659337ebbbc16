import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { createApi } from '../../api/api.ts';
import type { Application } from '../../dsl/application.ts';
import { createReader } from '../../runtime/read/reader.ts';
import type { Environment } from '../environment.ts';
import { toRequest, toResult } from './api-gateway.ts';
import { noShards } from './no-shards.ts';
import { type HandlerOverrides, prepare } from './prepare.ts';

/** Replacements for external services, and what is served besides the API. */
export interface QueryOverrides extends HandlerOverrides {
  /** the dashboard's HTML, served at `/` */
  readonly page: string;
  /** whether another function serves `POST /v1/sql`, so that the API's description has it; default `false` */
  readonly sql: boolean;
  /** how long, in milliseconds, what was read of the logs answers further queries */
  readonly followEvery: number;
}

/** Answers a request of an API Gateway REST API. */
export type QueryHandler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

/**
 * Makes the function behind the REST API.
 *
 * @param application the user's application
 * @param environment see `readEnvironment`; streams are not needed
 * @param overrides the dashboard's page, and replacements for local use and tests
 *
 * @example
 * ```ts
 * export const handler = createQueryHandler(application, readEnvironment(process.env));
 * ```
 */
export function createQueryHandler(
  application: Application,
  environment: Environment,
  overrides: Partial<QueryOverrides> = {},
): QueryHandler {
  const { page, sql, followEvery, ...rest } = overrides;
  const prepared = prepare(application, environment, rest, () => noShards);
  let api: ReturnType<typeof createApi> | undefined;
  return async (event) => {
    const { runtime, telemetry } = await prepared();
    api ??= createApi({
      reader: createReader(runtime, followEvery === undefined ? {} : { followEvery }),
      ...(page !== undefined && { page }),
      ...(sql && { sql: 'elsewhere' }),
      onUnits: ({ reads, writes }) => telemetry.measure(undefined, { ReadUnits: reads, WriteUnits: writes }),
      onError: (error, request) => telemetry.error(`${request.method} ${new URL(request.url).pathname} failed`, error),
    });
    return toResult(await api.fetch(toRequest(event)));
  };
}
