// Windows whose bounds come from a key's own events, by definition. Imports nothing that it is to judge.

/** Sessions of a gap, or windows of a size that open at a key's first event. */
export type NaiveKeySpec = { readonly kind: 'session'; readonly gap: number } | { readonly kind: 'stagger'; readonly size: number };

/** An event, in the order in which it was seen. */
export interface Counted {
  readonly id: number;
  readonly key: string;
  readonly task: number;
  /** by which it falls into windows */
  readonly time: number;
  /** how far the watermark would be after it if no event were ever out of order; default its time */
  readonly moves?: number;
}

/** A key's window and the events in it. */
export interface Told {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly ids: readonly number[];
}

/** Milliseconds. */
export interface Settings {
  readonly lateness: number;
  readonly outOfOrder: number;
}

interface Taken {
  readonly event: Counted;
  readonly low: number;
  readonly high: number;
}

/** Sessions and stagger windows by definition, over all events at once; every task has a watermark of its own. */
export function naiveWindows(
  spec: NaiveKeySpec,
  settings: Settings,
  events: readonly Counted[],
): { readonly windows: Told[]; readonly late: number[] } {
  const { taken, late } = spec.kind === 'session' ? takenBySessions(spec.gap, settings, events) : takenInTime(settings, events);
  const keys = [...new Set(events.map(({ key }) => key))].sort();
  const windows = keys.flatMap((key) => {
    const own = taken.filter(({ event }) => event.key === key);
    return (spec.kind === 'session' ? groups(own).map(session) : staggered(spec.size, own)).toSorted(
      (a, b) => a.start - b.start || a.end - b.end,
    );
  });
  return { windows, late: late.sort((a, b) => a - b) };
}

function floors({ lateness, outOfOrder }: Settings): (event: Counted) => number {
  const latest = new Map<number, number>();
  return ({ task, time, moves = time }) => {
    latest.set(task, Math.max(latest.get(task) ?? Number.NEGATIVE_INFINITY, moves));
    return (latest.get(task) as number) - outOfOrder - lateness;
  };
}

/** Every event an interval from its time on; one that would be closed already a point of the session that is open. */
function takenBySessions(gap: number, settings: Settings, events: readonly Counted[]): { taken: Taken[]; late: number[] } {
  const late: number[] = [];
  const taken: Taken[] = [];
  const floorOf = floors(settings);
  for (const event of events) {
    const { task, key, time, id } = event;
    const floor = floorOf(event);
    if (time + gap >= floor) {
      taken.push({ event, low: Math.max(time, floor), high: time + gap });
      continue;
    }
    const own = groups(taken.filter((one) => one.event.task === task && one.event.key === key));
    if (own.some((group) => first(group) <= time + gap && high(group) >= floor)) taken.push({ event, low: floor, high: floor });
    else late.push(id);
  }
  return { taken, late };
}

function takenInTime(settings: Settings, events: readonly Counted[]): { taken: Taken[]; late: number[] } {
  const floorOf = floors(settings);
  const judged = events.map((event) => ({ event, isLate: event.time < floorOf(event) }));
  return {
    taken: judged.filter(({ isLate }) => !isLate).map(({ event }) => ({ event, low: event.time, high: event.time })),
    late: judged.filter(({ isLate }) => isLate).map(({ event }) => event.id),
  };
}

/** From the earliest event on: whatever is in its window, then from the earliest event behind that. */
function staggered(size: number, taken: readonly Taken[]): Told[] {
  const windows: Told[] = [];
  for (let left = taken; left.length > 0; ) {
    const start = Math.min(...left.map(({ event }) => event.time));
    windows.push(
      told(
        start,
        start + size,
        left.filter(({ event }) => event.time < start + size),
      ),
    );
    left = left.filter(({ event }) => event.time >= start + size);
  }
  return windows;
}

function session(group: readonly Taken[]): Told {
  return told(first(group), high(group), group);
}

function told(start: number, end: number, group: readonly Taken[]): Told {
  return { key: (group[0] as Taken).event.key, start, end, ids: group.map(({ event }) => event.id).sort((a, b) => a - b) };
}

const first = (group: readonly Taken[]) => Math.min(...group.map(({ event }) => event.time));
const low = (group: readonly Taken[]) => Math.min(...group.map((one) => one.low));
const high = (group: readonly Taken[]) => Math.max(...group.map((one) => one.high));

/** What is left when no two groups touch. */
function groups(taken: readonly Taken[]): Taken[][] {
  const found = taken.map((one) => [one]);
  for (;;) {
    const pair = found.flatMap((a, i) =>
      found.flatMap((b, j) => (i < j && low(a) <= high(b) && low(b) <= high(a) ? [[i, j] as const] : [])),
    )[0];
    if (!pair) return found;
    const [i, j] = pair;
    found[i] = [...(found[i] as Taken[]), ...(found[j] as Taken[])];
    found.splice(j, 1);
  }
}

/**
 * Sessions of one key in one task as Flink's merging windows are: each event is a window of its own that is merged with those it touches which
 * are not over; what is over then is late.
 *
 * @param behind how far the horizon is behind the latest event
 */
export function mergingWindows(
  gap: number,
  behind: number,
  events: readonly Counted[],
): { readonly windows: Told[]; readonly late: number[] } {
  const over: Told[] = [];
  const late: number[] = [];
  let open: Told[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  for (const { id, key, time } of events) {
    latest = Math.max(latest, time);
    const horizon = latest - behind;
    over.push(...open.filter(({ end }) => end < horizon));
    open = open.filter(({ end }) => end >= horizon);
    const touched = open.filter(({ start, end }) => start <= time + gap && time <= end);
    const merged = {
      key,
      start: Math.min(time, ...touched.map(({ start }) => start)),
      end: Math.max(time + gap, ...touched.map(({ end }) => end)),
      ids: [id, ...touched.flatMap(({ ids }) => ids)].sort((a, b) => a - b),
    };
    if (merged.end < horizon) late.push(id);
    else open = [...open.filter((window) => !touched.includes(window)), merged];
  }
  return { windows: [...over, ...open].sort((a, b) => a.start - b.start || a.end - b.end), late };
}
