import type { KeyWindowSpec, WindowSpec } from './spec.ts';

/** A window `[start, end)`. */
export interface OracleWindow {
  readonly start: number;
  readonly end: number;
}

const DAY = 86_400_000;

/** Every window that holds an instant. */
export function windowsAt(spec: Exclude<WindowSpec, KeyWindowSpec>, time: number): OracleWindow[] {
  switch (spec.kind) {
    case 'tumbling':
      return sliding(spec.size, spec.size, spec.offset, time);
    case 'hopping':
      return sliding(spec.size, spec.slide, spec.offset, time);
    case 'cumulate': {
      const start = Math.floor(time / spec.size) * spec.size;
      const windows: OracleWindow[] = [];
      for (let end = start + spec.step; end <= start + spec.size; end += spec.step) if (end > time) windows.push({ start, end });
      return windows;
    }
    case 'calendar':
      return [calendar(spec.unit, time)];
    case 'global':
      return [{ start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }];
  }
}

function sliding(size: number, slide: number, offset: number, time: number): OracleWindow[] {
  const windows: OracleWindow[] = [];
  for (let n = Math.floor((time - size - offset) / slide); ; n++) {
    const start = n * slide + offset;
    if (start > time) return windows;
    if (time < start + size) windows.push({ start, end: start + size });
  }
}

function calendar(unit: 'day' | 'week' | 'month', time: number): OracleWindow {
  const date = new Date(time);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (unit === 'month') return { start: Date.UTC(year, month, 1), end: Date.UTC(year, month + 1, 1) };
  const midnight = Date.UTC(year, month, day);
  if (unit === 'day') return { start: midnight, end: midnight + DAY };
  const monday = midnight - ((date.getUTCDay() + 6) % 7) * DAY;
  return { start: monday, end: monday + 7 * DAY };
}
