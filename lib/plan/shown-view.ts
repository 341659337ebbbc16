import type { Column } from '../core/column.ts';
import type { Plan, ViewPlan } from './plan.ts';
import type { DerivedViewPlan } from './relation.ts';

/** A view that users see: an aggregate over a stream, or rows derived from other views. */
export type ShownView = ViewPlan | DerivedViewPlan;

/** The views of an application that can be queried. */
export function shownViews(plan: Plan): readonly ShownView[] {
  return [...plan.views.filter(({ hidden }) => !hidden), ...plan.derived];
}

/** Whether a view's rows are computed from other views. */
export function isDerived(view: ShownView): view is DerivedViewPlan {
  return 'relation' in view;
}

/** The columns by which rows of one window can be sorted. */
export function sortableColumns(view: ShownView): readonly Column[] {
  const columns = isDerived(view) ? view.columns.filter(({ name }) => !isWindowColumn(name)) : [...view.key, ...view.aggregates];
  return columns.filter(({ type }) => type !== 'jsonb');
}

/** The columns that are neither key nor window. */
export function valueColumns(view: ShownView): readonly Column[] {
  if (!isDerived(view)) return view.aggregates;
  return view.columns.filter(({ name }) => !isWindowColumn(name) && !view.key.some((part) => part.name === name));
}

function isWindowColumn(name: string): boolean {
  return name === 'window_start' || name === 'window_end';
}

/** Whether a column of a view's rows can be NULL: also where a row of a derived view has an error in it, but its key never has one. */
export function canBeNull(view: ShownView, { name, nullable }: Column): boolean {
  return nullable || (isDerived(view) && valueColumns(view).some((column) => column.name === name));
}
