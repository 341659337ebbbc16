import { ByteWriter } from '../core/bytes.ts';
import { type Column, columnOf } from '../core/column.ts';
import { formatDuration } from '../core/duration.ts';
import { sliceLength, type WindowSpec } from '../core/window.ts';
import type { AggregatePlan, Plan, StreamPlan, ViewPlan } from './plan.ts';
import type { DerivedViewPlan, Relation } from './relation.ts';

/** A plan as plain data, for people and for comparisons: what it does, without its functions. */
export interface PlanDescription {
  readonly application: string;
  readonly streams: readonly Omit<StreamPlan, 'validate'>[];
  readonly views: readonly ViewDescription[];
  readonly derived: readonly DerivedDescription[];
}

/** A view with state: run per shard, merged, stored. */
export interface ViewDescription {
  readonly name: string;
  /** whether only other views read it */
  readonly hidden: boolean;
  /** whether each event is a separate key, so that rows are appended */
  readonly appends: boolean;
  readonly stream: string;
  /** the number of filters and maps before it */
  readonly transforms: number;
  readonly key: readonly Column[];
  readonly window: WindowSpec;
  /** the time that assigns events to windows */
  readonly time: 'event' | 'arrival';
  readonly allowedLateness: number;
  /** maximum number of keys per shard, for a global window */
  readonly maxKeys?: number;
  readonly aggregates: readonly AggregateDescription[];
  /** minimum size of the states of one key in one slice of a window, in bytes */
  readonly stateBytes: number;
  /** number of slices of a window; each is kept once, even if several windows share it */
  readonly slicesPerWindow: number;
  readonly columns: readonly Column[];
  /** milliseconds */
  readonly retention: number;
  /** whether a readable item per key and window is written in addition to the pages */
  readonly rows: boolean;
  readonly fingerprint: string;
}

/** A result column. */
export interface AggregateDescription extends Column {
  /** the accumulator's name with parameters; `kept_elsewhere` if another one holds its state */
  readonly accumulator: string;
}

/** A view that is computed from others when it is read. */
export interface DerivedDescription {
  readonly name: string;
  readonly key: readonly string[];
  readonly columns: readonly Column[];
  readonly relation: RelationDescription;
  readonly fingerprint: string;
}

/** A relational operator and its inputs. */
export interface RelationDescription {
  readonly does: string;
  readonly inputs: readonly RelationDescription[];
}

/**
 * Describes a plan.
 *
 * @example
 * ```ts
 * describePlan(await compile(app)).views[0].aggregates; // [{ name: 'views', type: 'bigint', nullable: false, accumulator: 'count' }]
 * ```
 */
export function describePlan(plan: Plan): PlanDescription {
  return {
    application: plan.name,
    streams: plan.streams.map(({ validate: _, ...stream }) => stream),
    views: plan.views.map(describeView),
    derived: plan.derived.map(describeDerived),
  };
}

function describeView(view: ViewPlan): ViewDescription {
  const { name, stream, window, allowedLateness, columns, retention, rows, fingerprint } = view;
  return {
    name,
    hidden: view.hidden === true,
    appends: view.appends === true,
    stream,
    transforms: view.transforms.length,
    key: view.key.map(columnOf),
    window,
    time: view.arrival ? 'arrival' : 'event',
    allowedLateness,
    ...(view.maxKeys !== undefined && { maxKeys: view.maxKeys }),
    aggregates: view.aggregates.map((aggregate) => ({ ...columnOf(aggregate), accumulator: aggregate.accumulator.name })),
    stateBytes: view.aggregates.reduce((sum, aggregate) => sum + leastBytes(aggregate), 0),
    slicesPerWindow: 'slide' in window ? window.size / sliceLength(window) : 1,
    columns,
    retention,
    rows,
    fingerprint,
  };
}

/** The size of the state without events; with events it is larger. */
function leastBytes({ accumulator }: AggregatePlan): number {
  const out = new ByteWriter();
  accumulator.write(accumulator.create(), out);
  return out.finish().length;
}

function describeDerived({ name, key, columns, relation, fingerprint }: DerivedViewPlan): DerivedDescription {
  return { name, key: key.map((column) => column.name), columns, relation: describeRelation(relation), fingerprint };
}

function describeRelation(relation: Relation): RelationDescription {
  switch (relation.kind) {
    case 'scan':
      return { does: `read ${relation.view}`, inputs: [] };
    case 'join': {
      const also = relation.condition ? ' and a condition' : '';
      const on = relation.on.length === 0 ? 'the window' : `the window and ${counted(relation.on.length, 'value')}`;
      return { does: `${relation.type} join on ${on}${also}`, inputs: [relation.left, relation.right].map(describeRelation) };
    }
    case 'union':
      return { does: 'all rows of', inputs: relation.inputs.map(describeRelation) };
    default:
      return { does: stepOf(relation), inputs: [describeRelation(relation.input)] };
  }
}

function stepOf(relation: Exclude<Relation, { kind: 'scan' | 'join' | 'union' }>): string {
  switch (relation.kind) {
    case 'filter':
      return `keep rows where ${relation.text ?? 'a condition holds'}`;
    case 'project':
      return `select ${relation.columns.map(({ name }) => name).join(', ')}`;
    case 'regroup': {
      const { key, window, aggregates } = relation;
      const of = window === undefined ? 'all rows' : window === 'input' ? 'each window' : windowText(window.spec);
      const by = key.length === 0 ? '' : `, by ${key.map(({ name }) => name).join(', ')}`;
      return `aggregate over ${of}${by}: ${aggregates.map(({ name, accumulator }) => `${name} = ${accumulator.name}`).join(', ')}`;
    }
    case 'rank':
      return `${relation.function} in each window${relation.partitionBy.length > 0 ? ' and partition' : ''}, as ${relation.as}`;
    case 'with_window':
      return 'add window_start and window_end';
    case 'sort':
      return `sort by ${counted(relation.orderBy.length, 'value')}`;
    case 'limit':
      return `take ${relation.count} rows after ${relation.offset}`;
  }
}

/**
 * A window in words.
 *
 * @example
 * ```ts
 * windowText({ kind: 'hopping', size: 300_000, slide: 60_000, offset: 0 }); // 'hopping windows of 5 minutes every 1 minute'
 * ```
 */
export function windowText(window: WindowSpec): string {
  if (window.kind === 'calendar') {
    const later = window.offset === undefined ? '' : `, beginning ${formatDuration(window.offset)} later`;
    return `calendar windows of a ${window.unit}, ${window.timeZone} time${later}`;
  }
  if (window.kind === 'global') return 'one global window';
  if (window.kind === 'session') return `sessions of a key, which end ${formatDuration(window.gap)} after its last event`;
  if (window.kind === 'stagger') return `windows of ${formatDuration(window.size)} that open at a key's first event`;
  const { kind, size, slide, offset } = window;
  const every = slide === size ? '' : ` every ${formatDuration(slide)}`;
  return `${kind} windows of ${formatDuration(size)}${every}${offset === 0 ? '' : ` from ${formatDuration(offset)} on`}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
