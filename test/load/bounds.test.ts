// What docs/performance.md says of workloads at the edge, each in a process of its own. What work costs is counted in steps (test/support/count-steps.ts), and compared within a run.
import { describe, expect, it } from 'vitest';
import { ITEM_LIMIT, REQUEST_LIMIT, scenario } from './scenario.ts';

const MIB = 2 ** 20;

/** What every scenario says of what it wrote, in bytes. */
interface Written {
  readonly largestItem: number;
  readonly largestWrite: number;
}

function expectToFit({ largestItem, largestWrite }: Written): void {
  expect(largestItem).toBeLessThanOrEqual(ITEM_LIMIT);
  expect(largestWrite).toBeLessThanOrEqual(REQUEST_LIMIT);
}

describe('a hot key', () => {
  interface Run extends Written {
    readonly steps: number;
    readonly held: number;
    readonly requests: number;
    readonly hot: number;
    readonly counted: number;
  }

  it('with nine tenths of the events costs less than if all keys were alike', async () => {
    const { even, hot } = await scenario<{ even: Run; hot: Run }>('hot-key');
    expect(hot.hot).toBeGreaterThan(50_000);
    expect(hot.counted).toBe(hot.hot);
    expect(hot.steps).toBeLessThan(even.steps);
    expect(hot.held).toBeLessThan(even.held);
    expect(hot.largestItem).toBeLessThan(even.largestItem);
    expect([even.requests, hot.requests]).toEqual([2, 2]);
    expectToFit(hot);
  });
});

describe('a million keys in one window', () => {
  interface Run extends Written {
    readonly keys: number;
    readonly held: number;
    readonly requests: { readonly usual: number; readonly most: number };
    readonly steps: Readonly<Record<'taken' | 'live' | 'merged' | 'final', number>>;
    readonly top: Readonly<Record<'live' | 'final', readonly number[]>>;
    readonly rows: number;
  }

  it('are taken, merged and read within the memory of one function, each key as fast as among fifty thousand', async () => {
    // The process ends when it needs more.
    const { few, many } = await scenario<{ few: Run; many: Run }>('million-keys', 1200);
    for (const { top, keys, rows } of [few, many]) {
      expect(top).toEqual({ live: [keys - 1, keys - 2, keys - 3], final: [keys - 1, keys - 2, keys - 3] });
      expect(rows).toBe(keys);
    }
    expect(many.held / many.keys).toBeLessThan(300);
    // A batch reads and writes; a checkpoint adds a bucket for every 64 KB, 256 at most, and its manifest.
    expect(many.requests.usual).toBe(2);
    expect(many.requests.most).toBeLessThanOrEqual(2 + 256 + 1);
    for (const step of ['taken', 'live', 'merged', 'final'] as const) {
      expect(many.steps[step] / many.keys, step).toBeLessThan((2 * few.steps[step]) / few.keys);
    }
    expectToFit(many);
  });
});

describe('ten thousand open windows of one key', () => {
  interface Run extends Written {
    readonly windows: number;
    readonly held: number;
    readonly entry: number;
    readonly most: number;
    readonly read: number;
    readonly closing: number;
    readonly merged: number;
    readonly requests: number;
    readonly steps: Readonly<Record<'taken' | 'read' | 'ticked' | 'merged', number>>;
  }

  it('cost ten times what a thousand cost, not a hundred times', async () => {
    const runs = await scenario<Record<'tumbling' | 'hopping', { few: Run; many: Run }>>('open-windows');
    expect(runs.tumbling.many.most).toBe(1);
    expect(runs.hopping.many.most).toBe(10_000);
    for (const { few, many } of Object.values(runs)) {
      for (const step of ['taken', 'read', 'ticked', 'merged'] as const) {
        // A logarithm more, for what is sorted.
        expect(many.steps[step], step).toBeLessThan(12 * few.steps[step]);
      }
      expect(many.read).toBe(100);
      expect(many.merged).toBeGreaterThanOrEqual(many.closing);
      // A page, a row and the window itself; the boundary now and then, and what a tick does anyway.
      expect(many.requests).toBeLessThan(3.1 * many.merged + 20);
      expect(many.held / many.windows).toBeLessThan(1000);
      // Ten thousand panes in one entry.
      expect(many.entry).toBeLessThan(50 * 1024);
      expectToFit(many);
    }
  });
});

describe('a window of thirty days', () => {
  interface Day {
    readonly items: number;
    readonly bytes: number;
    readonly uncovered: number;
    readonly heap: number;
  }
  interface Run extends Written {
    readonly days: readonly Day[];
    readonly month: { readonly rows: number; readonly counts: readonly number[]; readonly final: boolean };
    readonly soFar: Run['month'];
  }

  it('holds no more after a hundred days than after sixty, whatever starts anew in between', async () => {
    const { days, month, soFar, ...written } = await scenario<Run>('long-window');
    expect(days).toHaveLength(100);
    // 20 events an hour over 200 keys: each key has 72 in thirty days.
    expect(month).toEqual({ rows: 200, counts: [72], final: true });
    expect(soFar).toEqual({ rows: 200, counts: [72], final: true });
    const [middle, end] = [days.slice(55, 70), days.slice(85)];
    const most = (part: readonly Day[], what: keyof Day): number => Math.max(...part.map((day) => day[what]));
    for (const what of ['items', 'bytes', 'heap'] as const) expect(most(end, what), what).toBeLessThan(1.1 * most(middle, what));
    // The entries of thirty days, one an hour, and the checkpoints of that time.
    expect(most(days, 'items')).toBeLessThan(30 * 24 + 24 + 50);
    // A quarter of that, when a checkpoint is due, or 500.
    expect(most(days, 'uncovered')).toBeLessThanOrEqual(30 * 6 + 24);
    expectToFit(written);
  });
});

describe('a hundred views on one stream', () => {
  interface Run extends Written {
    readonly views: number;
    readonly held: number;
    readonly requests: number;
    readonly windows: number;
    readonly mergeRequests: number;
    readonly counts: readonly string[];
    readonly steps: Readonly<Record<'taken' | 'merged', number>>;
  }

  it('cost each what one of ten costs, and a batch still reads and writes once', async () => {
    const { few, many } = await scenario<{ few: Run; many: Run }>('many-views');
    for (const run of [few, many]) {
      expect(run.requests).toBe(2);
      expect(run.windows).toBe(run.views);
      // 30 batches of 1,000 events over 50 keys, all of which pass the last view's filter.
      expect(run.counts).toEqual(['600 true']);
      // A page, rows in batches of 25, the window and the boundary; and what a tick does anyway, the lease and its notes included.
      expect(run.mergeRequests).toBeLessThan(5 * run.views + 25);
    }
    for (const step of ['taken', 'merged'] as const) expect(many.steps[step], step).toBeLessThan(12 * few.steps[step]);
    expect(many.held).toBeLessThan(2 * MIB);
    expectToFit(many);
  });
});

describe('one silent shard among sixty-four', () => {
  interface Run {
    readonly steps: number;
    readonly held: number;
    readonly requests: number;
    readonly behind: readonly (number | null)[];
    readonly rows: number;
    readonly entries: number;
    readonly largestItem: number;
  }

  it('holds nothing up longer than its idle timeout and a tick, for one entry a tick', async () => {
    const { busy, silent } = await scenario<{ busy: Run; silent: Run }>('silent-shard');
    // The newest final window ends so many minutes ago: the one that is open, and what may still come for it.
    expect(Math.max(...busy.behind.slice(2).map(Number))).toBe(2);
    expect(Math.max(...silent.behind.slice(2).map(Number))).toBeLessThanOrEqual(2 + 1 + 1);
    expect(busy.rows).toBe(64 * 20);
    expect(silent.rows).toBe(63 * 20);
    // One to begin with, five batches, and one a tick.
    expect(silent.entries).toBeLessThanOrEqual(1 + 5 + 15);
    // Each tick follows each task three times; the rows of a window come 25 at once.
    expect(silent.requests).toBeLessThan(3 * 64 + Math.ceil((64 * 20) / 25) + 100);
    expect(silent.steps).toBeLessThan(1.1 * busy.steps);
    expect(silent.held).toBeLessThan(1.5 * busy.held);
    expect(silent.largestItem).toBeLessThanOrEqual(ITEM_LIMIT);
  });
});

describe('the states a container keeps', () => {
  interface Run {
    readonly room: number;
    readonly held: number;
    readonly stored: number;
    readonly rows: number;
    readonly counts: readonly number[];
  }

  it('take about the room they are given, though packed they are a hundredth of it', async () => {
    const { room, held, stored, rows, counts } = await scenario<Run>('cached-states');
    expect(rows).toBe(16 * 20_000);
    expect(counts).toEqual([2]);
    expect(stored).toBeLessThan(room / 20);
    expect(held).toBeLessThan(1.5 * room);
  });
});

describe('a reader that is asked for many keys', () => {
  it('holds no more than the room it is given, whichever keys they are', { timeout: 120_000 }, async () => {
    // The process ends when it needs more: what is stored is memory as well here.
    const { room, held, counts } = await scenario<{ room: number; held: number; counts: readonly number[] }>('key-queries', 160);
    expect(counts).toEqual([2]);
    expect(held).toBeLessThan(1.5 * room);
  });
});

describe('what a container thinks that states take', () => {
  it('is what they take on the heap, give or take a half', { timeout: 120_000 }, async () => {
    const shapes = await scenario<Record<string, { held: number; estimated: number }>>('estimated-states');
    expect(Object.keys(shapes)).toHaveLength(5);
    for (const [shape, { held, estimated }] of Object.entries(shapes)) {
      expect(estimated / held, shape).toBeGreaterThan(1 / 1.5);
      expect(estimated / held, shape).toBeLessThan(1.5);
    }
  });
});

describe('an event source whose shards have nothing', () => {
  it('holds no more after ten thousand looks for new ones', async () => {
    const { grown, lists } = await scenario<{ grown: number; lists: number }>('idle-poller');
    expect(lists).toBe(10_000);
    expect(grown).toBeLessThan(MIB);
  });
});
