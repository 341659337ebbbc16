import { MillraceError } from '../../core/errors.ts';
import type { TaskState } from '../../core/state.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { ViewId } from '../../store/ports.ts';
import type { Runtime } from '../runtime.ts';

/** The context of the read functions, one per process. The runtime's cache counts all memory that it holds. */
export interface Reader {
  readonly runtime: Runtime;
  /** how long, in milliseconds, a look at the logs answers further queries */
  readonly followEvery: number;
  /** when each stream was last looked at, and what was found besides the tasks' states */
  readonly looked: Map<string, Looked>;
  /** the number of answers that are being read from a state, which must not change meanwhile */
  readonly pins: Map<TaskState, number>;
  /** the length of log in a state above which a newer checkpoint is looked for */
  readonly room: WeakMap<TaskState, number>;
}

/** A look at a stream. */
export interface Looked {
  readonly at: number;
  readonly shards: readonly string[];
  readonly mergedThrough: ReadonlyMap<string, number>;
}

/**
 * Makes a reader.
 *
 * @param options.followEvery how long, in milliseconds, a look at the logs answers further queries; default: one second
 */
export function createReader(runtime: Runtime, options: { readonly followEvery?: number } = {}): Reader {
  return { runtime, followEvery: options.followEvery ?? 1000, looked: new Map(), pins: new Map(), room: new WeakMap() };
}

/** @throws MillraceError `argument` when the application has no such view */
export function viewPlan(reader: Reader, name: string): ViewPlan {
  const found = reader.runtime.plan.views.find((view) => view.name === name);
  if (found) return found;
  const names = reader.runtime.plan.views.map((view) => view.name).join(', ');
  throw new MillraceError('argument', `there is no view "${name}"; the views are: ${names}`);
}

/** Where a view's results are. */
export function viewId(reader: Reader, view: ViewPlan): ViewId {
  return { application: reader.runtime.plan.name, view: view.name };
}
