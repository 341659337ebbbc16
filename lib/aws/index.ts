/**
 * `millrace/aws`: the Lambda handlers and the store, for deployments without `MillraceApplication`: with Terraform, SAM or a CDK
 * app that creates its own functions. {@link readEnvironment} describes the environment variables of the functions.
 */
export { createDynamoClient } from './dynamodb/dynamo-client.ts';
export { createDynamoStore } from './dynamodb/dynamo-store.ts';
export { resultsTableSchema, stateTableSchema } from './dynamodb/tables.ts';
export { type Environment, readEnvironment } from './environment.ts';
export { type AggregateHandler, type AggregateOverrides, createAggregateHandler } from './handlers/aggregate-handler.ts';
export { createMergeHandler, type MergeEvent, type MergeHandler, type MergeSummary } from './handlers/merge-handler.ts';
export { createQueryHandler, type QueryHandler, type QueryOverrides } from './handlers/query-handler.ts';
export { createSqlHandler } from './handlers/sql-handler.ts';
export { createTrialWorker, serveTrial } from './trial-worker.ts';
