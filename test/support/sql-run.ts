import { readFileSync } from 'node:fs';
import { apply } from '../../lib/core/apply.ts';
import type { Row } from '../../lib/core/column.ts';
import { decodeEntry, encodeEntry } from '../../lib/core/entry-codec.ts';
import type { Incoming } from '../../lib/core/event.ts';
import { formatPlainJson } from '../../lib/core/json.ts';
import { collectSpans, keyPanes, mergedSpans, NO_SPANS } from '../../lib/core/key-results.ts';
import { collectPanes, openWindows, resultRow, withRunningResult } from '../../lib/core/result.ts';
import { emptyState, type TaskState, viewState } from '../../lib/core/state.ts';
import { step } from '../../lib/core/step.ts';
import { hasKeyWindows, timed } from '../../lib/core/view.ts';
import { ALL_TIME } from '../../lib/core/window.ts';
import { JoinedJson } from '../../lib/formats/json/joined-json.ts';
import type { Plan, StreamPlan, ViewPlan } from '../../lib/plan/plan.ts';
import { evaluate } from '../../lib/query/evaluate.ts';
import type { Tuple } from '../../lib/query/tuple.ts';
import type { SqlCase } from './sql-case.ts';

/** How a case is run. */
export interface TaskRunOptions {
  /** how many events the next batch has */
  readonly batchSize: () => number;
  /** over how many tasks the batches' deltas are spread */
  readonly tasks: number;
}

/**
 * Runs a case's last view: what a batch means is decided by one task that sees all of them, and what it adds is given to one of several, as if
 * each had been another shard's. At the end their panes are merged.
 */
export function runInTasks(plan: Plan, { inputs }: SqlCase, options: TaskRunOptions): Row[] {
  const rows = new Map<string, Tuple[]>();
  for (const stream of plan.streams) {
    const file = inputs.get(stream.name);
    const views = plan.views.filter((view) => view.stream === stream.name);
    if (file === undefined || views.length === 0) continue;
    const states = statesAfter(stream, views, incoming(stream, readFileSync(file, 'utf8')), options);
    for (const view of views) rows.set(view.name, mergedRows(view, states));
  }
  const derived = plan.derived.find(({ name }) => name === plan.main);
  const found = derived ? evaluate(derived.relation, (view) => rows.get(view) ?? []) : (rows.get(plan.main as string) ?? []);
  return found.map(({ row }) => JSON.parse(formatPlainJson(row)) as Row);
}

function incoming(stream: StreamPlan, text: string): Incoming[] {
  const lines = text.split('\n').filter((line) => line !== '');
  const joined = new JoinedJson(text.length * 3, lines.length);
  for (const line of lines) joined.addBytes(new TextEncoder().encode(line));
  let arrival = Number.NEGATIVE_INFINITY;
  return joined.parse().flatMap((parts, i) =>
    parts.map((part): Incoming => {
      const common = { sequence: String(i + 1), bytes: () => new Uint8Array() };
      const validated = 'reason' in part ? part : stream.validate(part.value);
      if ('reason' in validated) return { ...common, arrival: 0, reason: validated.reason };
      const { row, time = 0 } = validated;
      arrival = Math.max(arrival, time);
      return { ...common, arrival, row, time };
    }),
  );
}

function statesAfter(stream: StreamPlan, views: readonly ViewPlan[], events: readonly Incoming[], options: TaskRunOptions): TaskState[] {
  const context = { stream, views, shard: 0, version: '', mergedThrough: () => Number.NEGATIVE_INFINITY };
  const deciding = emptyState();
  const states = Array.from({ length: options.tasks }, emptyState);
  for (let from = 0, batch = 0; from < events.length; batch++) {
    const to = from + options.batchSize();
    const entry = step(context, deciding, events.slice(from, to));
    // Written and read again: what is applied is changed from then on.
    const stored = encodeEntry(entry, views);
    for (const state of [deciding, states[batch % states.length] as TaskState]) {
      apply(views, state, decodeEntry(stored, 'a batch', views), { index: state.index + 1, nonce: '', committedAt: 0, bytes: 0 });
    }
    from = to;
  }
  return states;
}

function mergedRows(view: ViewPlan, states: readonly TaskState[]): Tuple[] {
  const held = states.map((state) => viewState(state, view));
  if (hasKeyWindows(view)) {
    return keyPanes(view, collectSpans(held, Number.NEGATIVE_INFINITY, NO_SPANS)).map(({ key, window, spans }) => ({
      row: resultRow(view, key, window, mergedSpans(view, spans)),
      window,
    }));
  }
  const running = view.window.kind === 'global';
  return (running ? [ALL_TIME] : openWindows(timed(view), held, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).flatMap((window) => {
    const panes = new Map<string, unknown[]>();
    for (const state of held) collectPanes(timed(view), state, window, panes);
    withRunningResult(view, panes);
    return [...panes]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, pane]) => ({ row: resultRow(view, key, window, pane), window: running ? undefined : window }));
  });
}
