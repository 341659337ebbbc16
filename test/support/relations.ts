import type { Regroup, Relation, Scan } from '../../lib/plan/relation.ts';

/** The rows of a view. */
export const scan = (view: string): Scan => ({ kind: 'scan', view, columns: [] });

/** Rows put together again, by windows alone. */
export const regroup = (input: Relation, window: Regroup['window']): Regroup => ({
  kind: 'regroup',
  input,
  key: [],
  window,
  aggregates: [],
  columns: [],
});

/** Windows of 10, over rows whose own windows can end 2 past their time. */
export const TENS = { spec: { kind: 'tumbling', size: 10, slide: 10, offset: 0 } as const, time: () => 0, ahead: 2 };
