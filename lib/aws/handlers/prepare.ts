import { compile } from '../../compile/compile.ts';
import type { Application } from '../../dsl/application.ts';
import type { Plan } from '../../plan/plan.ts';
import { createRuntime, type Runtime, type RuntimeOptions } from '../../runtime/runtime.ts';
import type { ShardSource } from '../../runtime/shard-source.ts';
import { createDynamoClient } from '../dynamodb/dynamo-client.ts';
import { createDynamoStore } from '../dynamodb/dynamo-store.ts';
import type { Environment } from '../environment.ts';
import { createTelemetry, type Telemetry } from '../telemetry.ts';

/**
 * The share of a function's memory for states of tasks. In addition, a merge needs memory for the panes of one window, and a batch may
 * inflate to a hundred megabytes; Node uses the rest.
 */
const CACHE_SHARE = 0.4;

/** Replacements for external services: by default DynamoDB, Kinesis, CloudWatch and the clock. */
export interface HandlerOverrides extends Pick<RuntimeOptions, 'store' | 'clock' | 'nonce' | 'trial' | 'cacheBytes' | 'limits'> {
  readonly shards: ShardSource;
  readonly telemetry: Telemetry;
}

/** What handlers work with. */
export interface Prepared {
  readonly runtime: Runtime;
  readonly shards: ShardSource;
  readonly telemetry: Telemetry;
}

/**
 * Compiles and connects the application once, at the first call: a container does this in its first invocation. If
 * that fails, every call fails with the same error.
 *
 * @param shardsOf makes the shards unless they are overridden: only functions that read streams are bundled with Kinesis's client
 * @returns a function that returns the context of handlers, or throws MillraceError `definition` (the application is invalid)
 *   or `argument` (the environment does not fit it)
 */
export function prepare(
  application: Application,
  environment: Environment,
  overrides: Partial<HandlerOverrides>,
  shardsOf: (plan: Plan, environment: Environment) => ShardSource,
): () => Promise<Prepared> {
  let prepared: Promise<Prepared> | undefined;
  const make = async (): Promise<Prepared> => {
    const plan = await compile(application);
    const shards = overrides.shards ?? shardsOf(plan, environment);
    const store =
      overrides.store ??
      createDynamoStore({ client: createDynamoClient(), stateTable: environment.stateTable, resultsTable: environment.resultsTable });
    const { telemetry = createTelemetry(plan.name), ...rest } = overrides;
    const cacheBytes = environment.memoryBytes && Math.round(environment.memoryBytes * CACHE_SHARE);
    return {
      runtime: createRuntime({ ...(cacheBytes && { cacheBytes }), ...rest, plan, store, shards, version: environment.version }),
      shards,
      telemetry,
    };
  };
  return () => {
    prepared ??= make();
    return prepared;
  };
}
