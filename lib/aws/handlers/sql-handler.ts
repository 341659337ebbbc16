import { createSqlApi } from '../../api/api.ts';
import { questionBinder } from '../../compile/question-binder.ts';
import type { Application } from '../../dsl/application.ts';
import { createReader } from '../../runtime/read/reader.ts';
import type { Environment } from '../environment.ts';
import { toRequest, toResult } from './api-gateway.ts';
import { noShards } from './no-shards.ts';
import { prepare } from './prepare.ts';
import type { QueryHandler, QueryOverrides } from './query-handler.ts';

/**
 * Makes the function behind `POST /v1/sql` of the REST API. It carries the parser of SQL, which the others do not.
 *
 * @param application the user's application
 * @param environment see `readEnvironment`; streams are not needed
 * @param overrides for local use and tests
 *
 * @example
 * ```ts
 * export const handler = createSqlHandler(application, readEnvironment(process.env));
 * ```
 */
export function createSqlHandler(
  application: Application,
  environment: Environment,
  overrides: Partial<Omit<QueryOverrides, 'page' | 'sql'>> = {},
): QueryHandler {
  const { followEvery, ...rest } = overrides;
  const prepared = prepare(application, environment, rest, () => noShards);
  let api: ReturnType<typeof createSqlApi> | undefined;
  return async (event) => {
    const { runtime, telemetry } = await prepared();
    api ??= createSqlApi({
      reader: createReader(runtime, followEvery === undefined ? {} : { followEvery }),
      bind: questionBinder(application, runtime.plan),
      onUnits: ({ reads, writes }) => telemetry.measure(undefined, { ReadUnits: reads, WriteUnits: writes }),
      onError: (error, request) => telemetry.error(`${request.method} ${new URL(request.url).pathname} failed`, error),
    });
    return toResult(await api.fetch(toRequest(event)));
  };
}
