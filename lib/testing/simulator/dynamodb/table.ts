import type { AttributeValue, CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { type Attributes, copyOf } from './attributes.ts';

/** What was where, from an instant on. */
interface Version {
  readonly at: number;
  readonly item: Attributes | undefined;
}

/** How long ago a read that need not be consistent may look, in milliseconds. */
export const MOST_STALE = 3_000;

/** Told of every change of an item. */
export type Watcher = (table: string, before: Attributes | undefined, after: Attributes | undefined) => void;

/** A table's items, each with what it was lately. */
export class SimulatedTable {
  readonly schema: CreateTableCommandInput;
  readonly #now: () => number;
  readonly #watch: Watcher;
  readonly #partitions = new Map<string, Map<string, Version[]>>();

  constructor(schema: CreateTableCommandInput, now: () => number, watch: Watcher) {
    this.schema = schema;
    this.#now = now;
    this.#watch = watch;
  }

  /** @param at the instant to look from; default now */
  get(pk: string, sk: string, at = this.#now()): Attributes | undefined {
    return versionAt(this.#partitions.get(pk)?.get(sk), at);
  }

  put(item: Attributes): void {
    const [pk, sk] = [item.pk?.S as string, item.sk?.S as string];
    this.#change(pk, sk, copyOf(item));
  }

  /** A partition's items by sort key, as they were at an instant. */
  partition(pk: string, at = this.#now()): Attributes[] {
    const found: Attributes[] = [];
    for (const versions of this.#partitions.get(pk)?.values() ?? []) {
      const item = versionAt(versions, at);
      if (item) found.push(item);
    }
    return found.sort((a, b) => ((a.sk?.S as string) < (b.sk?.S as string) ? -1 : 1));
  }

  /** The items of which an index holds something, by its sort key. */
  indexed(partition: string, value: string, sort: string, at = this.#now()): Attributes[] {
    return this.all(at)
      .filter((item) => item[partition]?.S === value && item[sort]?.S !== undefined)
      .sort((a, b) => ((a[sort]?.S as string) < (b[sort]?.S as string) ? -1 : 1));
  }

  all(at = this.#now()): Attributes[] {
    return [...this.#partitions.values()].flatMap((items) =>
      [...items.values()].map((versions) => versionAt(versions, at)).filter((item) => item !== undefined),
    );
  }

  /** Items that may be deleted by now. */
  expired(): Attributes[] {
    const seconds = this.#now() / 1000;
    return this.all().filter(({ ttl }) => ttl?.N !== undefined && Number(ttl.N) <= seconds);
  }

  delete(item: Attributes): void {
    this.#change(item.pk?.S as string, item.sk?.S as string, undefined);
  }

  #change(pk: string, sk: string, item: Record<string, AttributeValue> | undefined): void {
    const items = this.#partitions.get(pk) ?? new Map<string, Version[]>();
    this.#partitions.set(pk, items);
    const versions = items.get(sk) ?? [];
    const now = this.#now();
    const before = versions.at(-1)?.item;
    // Of what is too old for any reader, the newest is enough.
    while (versions.length > 1 && (versions[1] as Version).at <= now - MOST_STALE) versions.shift();
    versions.push({ at: now, item });
    items.set(sk, versions);
    this.#watch(this.schema.TableName as string, before, item);
  }
}

function versionAt(versions: readonly Version[] | undefined, at: number): Attributes | undefined {
  return versions?.findLast((version) => version.at <= at)?.item;
}
