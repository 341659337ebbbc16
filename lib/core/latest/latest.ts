import { type Codec, column, columns, number, text } from '../codec.ts';
import { keyOf, transformed } from '../event-key.ts';
import type { ViewSpec } from '../view.ts';
import { byBucket, type DeltaBuilder, type Windowing, type WindowState } from '../windowing.ts';

/** The time of a key's latest event. */
interface Latest {
  readonly key: string;
  readonly time: number;
}
type Times = Map<string, number>;
type Delta = readonly Latest[];

const times: Codec<Delta> = columns<{ key: string; time: number }>({ key: column('key', text), time: column('time', number) }, 2);

function raise(held: Times, key: string, time: number): void {
  held.set(key, Math.max(time, held.get(key) ?? Number.NEGATIVE_INFINITY));
}

class LatestState implements WindowState<Delta> {
  readonly times: Times = new Map();

  get isEmpty(): boolean {
    return this.times.size === 0;
  }

  get memory(): number {
    return 64 * this.times.size;
  }

  add(delta: Delta, touch: (key: string) => void): void {
    for (const { key, time } of delta) {
      touch(key);
      raise(this.times, key, time);
    }
  }

  evict(): void {}

  holdsClosed(): boolean {
    return false;
  }

  holdsBeyond(): boolean {
    return false;
  }

  *parts(bucketOf: (key: string) => number | undefined) {
    for (const [bucket, part] of byBucket(this.times, bucketOf)) {
      const rows = part.map(([key, time]) => ({ key, time }));
      yield { bucket, write: (out: Parameters<typeof times.write>[1]) => times.write(rows, out) };
    }
  }
}

/** No windows at all: how recent the latest event of each key is. */
export function latestWindowing(view: ViewSpec): Windowing<Delta> {
  return {
    create: () => new LatestState(),
    delta(): DeltaBuilder<Delta> {
      const added: Times = new Map();
      return {
        view,
        add(event, position) {
          const row = transformed(view, event);
          if (row) raise(added, keyOf(view.key, row, position), position.time);
          return true;
        },
        finish: () => Array.from(added, ([key, time]) => ({ key, time })),
      };
    },
    deltas: times,
    decodePart(input) {
      const delta = times.read(input);
      return (into) => into.add(delta, () => {});
    },
    isAligned: false,
    lateFrom: () => [],
    nextClose: () => Number.POSITIVE_INFINITY,
    finalEnd: () => Number.POSITIVE_INFINITY,
  };
}
