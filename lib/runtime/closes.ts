import { windowingOf } from '../core/window-kinds.ts';
import type { ViewPlan } from '../plan/plan.ts';

/** Whether the end of a window (and its lateness) lies between two watermarks. */
export function closes(views: readonly ViewPlan[], before: number, after: number): boolean {
  if (!(after > before)) return false;
  return views.some((view) => before === Number.NEGATIVE_INFINITY || windowingOf(view).nextClose(before) <= after);
}
