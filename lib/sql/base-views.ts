import type { Position } from '../core/accumulator.ts';
import type { Row } from '../core/column.ts';
import { compileView } from '../dsl/compile-view.ts';
import type { AggregateDefinition, AggregatedDefinition } from '../dsl/definition.ts';
import type { KnownStream } from '../dsl/known-stream.ts';
import type { WindowDefinition } from '../dsl/window.ts';
import type { FlowColumn } from '../plan/adder.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { Problems } from '../plan/problems.ts';
import type { Bound } from './expression/types.ts';
import type { Unnested } from './query.ts';
import type { Fail, Place } from './refusal.ts';
import { resultType, toResult } from './values.ts';

/** A keyed, windowed aggregate over a stream, as read from a SELECT. */
export interface BaseView {
  readonly stream: KnownStream;
  readonly filters: readonly Bound[];
  readonly unnested?: readonly Unnested[];
  /** its key; `'event'`: each event is a separate key, in a column called `event_id` */
  readonly key: readonly { readonly name: string; readonly bound: Bound; readonly field?: string }[] | 'event';
  readonly window: WindowDefinition;
  /** whether windows use arrival time instead of event time; then no event is late */
  readonly time?: 'arrival';
  readonly aggregates: readonly { readonly name: string; readonly definition: AggregateDefinition; readonly structure: string }[];
  /** columns that the aggregates use and the stream does not have */
  readonly computed: ReadonlyMap<string, FlowColumn>;
}

/** The options of a view's WITH clause. */
export interface ViewOptions {
  readonly allowedLateness?: string;
  readonly retention?: string;
  readonly rows?: boolean;
  readonly maxKeys?: number;
  readonly version?: string | number;
}

/** The base views of a view that is being bound: the view itself, if it is one, and the hidden views it reads. */
export class BaseViews {
  readonly #view: string;
  readonly #options: ViewOptions;
  readonly #retention: number;
  readonly #hidden: Map<string, ViewPlan>;
  readonly #fail: Fail;
  readonly #taken: (name: string) => boolean;
  #count = 0;
  #running = 0;
  #late = 0;
  #made: ViewPlan | undefined;

  /**
   * @param hidden the hidden views of earlier views, by structure; equal ones are shared
   * @param retention the application's
   * @param taken whether another view has a name
   */
  constructor(
    view: string,
    options: ViewOptions,
    retention: number,
    hidden: Map<string, ViewPlan>,
    fail: Fail,
    taken: (name: string) => boolean = () => false,
  ) {
    this.#view = view;
    this.#options = options;
    this.#retention = retention;
    this.#hidden = hidden;
    this.#fail = fail;
    this.#taken = taken;
  }

  /** The view itself, if it is a base view. */
  get made(): ViewPlan | undefined {
    return this.#made;
  }

  /** How many of the requested views have a global window. */
  get running(): number {
    return this.#running;
  }

  /** How many of them have windows for which an event can be late. */
  get late(): number {
    return this.#late;
  }

  /** Creates the view itself. */
  own(base: BaseView, place: Place): ViewPlan {
    this.#note(base);
    this.#made = this.#compile(this.#view, base, place, this.#options);
    return this.#made;
  }

  /** Creates a hidden view, or returns the existing one that is equal. */
  part(base: BaseView, place: Place): ViewPlan {
    this.#note(base);
    const { allowedLateness, retention, version, maxKeys } = this.#options;
    const structure = JSON.stringify([structureOf(base), allowedLateness, retention, version, maxKeys]);
    const known = this.#hidden.get(structure);
    if (known) return known;
    const plan = this.#compile(this.#nextName(), base, place, { ...this.#options, rows: false });
    const hidden = Object.freeze({ ...plan, hidden: true, ...(base.key === 'event' && { appends: true }) });
    this.#hidden.set(structure, hidden);
    return hidden;
  }

  #note(base: BaseView): void {
    if (base.window.kind === 'global') this.#running++;
    if (canBeLate(base)) this.#late++;
  }

  #nextName(): string {
    let name: string;
    do name = `${this.#view}__${++this.#count}`;
    while (this.#taken(name));
    return name;
  }

  #compile(name: string, base: BaseView, place: Place, { allowedLateness, maxKeys, ...options }: ViewOptions): ViewPlan {
    const definition: AggregatedDefinition = {
      stream: base.stream.definition,
      transforms: [
        ...(base.unnested ?? []).map(({ field, array }) => ({
          kind: 'flatMap' as const,
          map: elementsOf(field, array),
          columns: undefined,
        })),
        ...base.filters.map((filter) => ({ kind: 'filter' as const, predicate: (row: Row) => filter.evaluate(row) === true })),
      ],
      key:
        base.key === 'event'
          ? [{ [EVENT_ID]: { type: 'text', value: eventId } }]
          : base.key.map((part) => (part.field === part.name ? part.name : { [part.name]: keyExpression(part.bound) })),
      window: base.window,
      options: {
        ...(base.time && { time: base.time }),
        ...(allowedLateness !== undefined && canBeLate(base) && { allowedLateness }),
        ...(maxKeys !== undefined && base.window.kind === 'global' && { maxKeys }),
      },
      build: () => Object.fromEntries(base.aggregates.map(({ name: result, definition: made }) => [result, { definition: made }])),
      computed: base.computed,
    };
    const problems = new Problems();
    const plan = compileView({ kind: 'view', name, definition, options }, base.stream.plan, this.#retention, problems);
    const [first] = problems.found;
    return first === undefined ? plan : this.#fail(place, first.what);
  }
}

/** Whether events can be late for a view: not by arrival time, and not for the global window, which never ends. */
function canBeLate({ stream, window, time }: BaseView): boolean {
  return window.kind !== 'global' && time === undefined && stream.plan.eventTime !== undefined;
}

/** The key of views with one row per event. */
const EVENT_ID = 'event_id';

/** An event's id: its shard and its position in the shard, as text in the same order. It is the same when the event is processed again. */
function eventId(_: Row, { shard, ordinal, part }: Position): string {
  const id = `${String(shard).padStart(12, '0')}-${String(ordinal).padStart(16, '0')}`;
  return part === undefined ? id : `${id}-${String(part).padStart(6, '0')}`;
}

/** A row for each element of an array; none for NULL, as PostgreSQL has it. */
function elementsOf(field: string, array: Bound): (row: Row) => Row[] {
  return (row) => {
    const elements = array.evaluate(row) as unknown;
    if (elements === null || elements === undefined) return [];
    if (!Array.isArray(elements)) throw new TypeError('cannot extract elements from a value that is not an array');
    return elements.map((element: unknown) => ({ ...row, [field]: element }));
  };
}

function keyExpression(bound: Bound): { readonly type: string; readonly value: (row: Row) => unknown } {
  const type = resultType(bound.type) ?? 'text';
  return { type: bound.nullable ? `${type} | null` : type, value: (row) => toResult(type, bound.evaluate(row)) };
}

/** Everything that a base view computes, as text. */
function structureOf({ stream, filters, unnested, key, window, time, aggregates }: BaseView): string {
  return JSON.stringify([
    stream.plan.name,
    filters.map((filter) => filter.structure),
    ...(unnested ? [unnested.map(({ array }) => array.structure)] : []),
    key === 'event' ? key : key.map(({ name, bound }) => [name, bound.structure]),
    window,
    time ?? null,
    aggregates.map(({ name, structure }) => [name, structure]),
  ]);
}
