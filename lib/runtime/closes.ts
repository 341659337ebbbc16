import { isClosed } from '../core/watermark.ts';
import { firstWindowEnd } from '../core/window.ts';
import { boundaryAfter } from '../core/windows/key-window.ts';
import { isKeyWindow } from '../core/windows/key-window-spec.ts';
import type { ViewPlan } from '../plan/plan.ts';

/** Whether the end of a window (and its lateness) lies between two watermarks. */
export function closes(views: readonly ViewPlan[], before: number, after: number): boolean {
  if (!(after > before)) return false;
  return views.some(({ window, allowedLateness }) => {
    if (before === Number.NEGATIVE_INFINITY) return true;
    const floor = before - allowedLateness;
    return isClosed(isKeyWindow(window) ? boundaryAfter(window, floor) : firstWindowEnd(window, floor), allowedLateness, after);
  });
}
