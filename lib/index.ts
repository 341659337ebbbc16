/**
 * Millrace's public interface: describe streams and views, compile them. `millrace/client` reads results,
 * `millrace/testing` runs an application in memory, `millrace/cdk` deploys it.
 */

export { compile } from './compile/compile.ts';
export type { Column, ColumnType } from './core/column.ts';
export type { Duration } from './core/duration.ts';
export { type ErrorCode, MillraceError } from './core/errors.ts';
export { type AccumulatorFunction, type AccumulatorOptions, accumulator, type TypedAccumulatorOptions } from './dsl/accumulator.ts';
export type { Aggregate, AggregateRecord, Aggregates, ListOptions, OrderColumn } from './dsl/aggregate.ts';
export {
  type Application,
  type ApplicationOptions,
  application,
  type InferEvents,
  type InferKeys,
  type InferRows,
  type KeyOf,
  type RowOf,
  type View,
  type ViewOptions,
  view,
} from './dsl/application.ts';
export type { CheckedDuration } from './dsl/checked-duration.ts';
export type { ColumnDeclaration, ColumnDeclarations } from './dsl/columns.ts';
export type { Aggregated, Flow, KeyExpression, KeyExpressions, Keyed, Windowed, WindowedOptions } from './dsl/flow.ts';
export { type Generator, type GeneratorOptions, generator, type Random } from './dsl/generator.ts';
export { type ScalarArguments, type ScalarFunction, type ScalarOptions, type ScalarResult, scalar } from './dsl/scalar.ts';
export { type SqlDefinition, type SqlFunction, type SqlOptions, sql } from './dsl/sql.ts';
export {
  type ColumnStreamOptions,
  type EventTimeColumn,
  type EventTimeFunction,
  type InferEvent,
  type SchemaStreamOptions,
  type Stream,
  type StreamSettings,
  stream,
} from './dsl/stream.ts';
export type { MillraceTypeError } from './dsl/type-error.ts';
export {
  type CalendarOptions,
  type CalendarWindowDefinition,
  calendar,
  cumulate,
  type FixedWindowDefinition,
  type GlobalWindowDefinition,
  global,
  hopping,
  type SessionWindowDefinition,
  type StaggerWindowDefinition,
  session,
  stagger,
  tumbling,
  type WindowDefinition,
  type WindowOptions,
} from './dsl/window.ts';
export { type CsvOptions, csv } from './formats/csv.ts';
export type { CustomFormat, Format } from './formats/format.ts';
export type { FormatName } from './formats/named.ts';
export { type TextOptions, text } from './formats/text.ts';
export type { TimeUnit } from './plan/event-time.ts';
export type { KeyPlan, Plan, StreamPlan, ViewPlan } from './plan/plan.ts';
