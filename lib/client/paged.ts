/** One page. */
export interface Page<R> {
  readonly rows: readonly R[];
  /** the argument of {@link Paged.page} for the next page; `undefined` at the end. A page that is not the last may be short or even empty */
  readonly next: string | undefined;
  /** the DynamoDB read units that it cost */
  readonly readUnits: number;
}

/** A page of results. */
export interface ResultPage<R> extends Page<R> {
  /** the watermark of the slowest shard, ISO 8601; `null` before the first event */
  readonly watermark: string | null;
  /** of a view derived from others: rows left out, because a condition or a key of them cannot be computed; absent if there are none */
  readonly leftOut?: LeftOut;
}

/** Rows that are not in an answer. */
export interface LeftOut {
  readonly rows: number;
  /** of the first one */
  readonly reason: string;
}

/** How much to read. */
export interface PagingOptions {
  /** maximum number of rows; default all */
  readonly limit?: number;
  /** rows per request, at most 1,000; default 500 */
  readonly pageSize?: number;
  /** cancels requests and retries */
  readonly signal?: AbortSignal;
}

/**
 * Results in pages. `for await` iterates over all of them and requests the next page when it is needed.
 *
 * @example
 * ```ts
 * const rows = client.rows('page_views', { key: { page: '/a' }, from: '-1 hour' });
 * for await (const row of rows) console.log(row.window_start, row.views);
 * const { rows: first, next } = await rows.page();
 * const { rows: second } = await rows.page(next);
 * ```
 */
export class Paged<R, P extends Page<R> = Page<R>> implements AsyncIterable<R> {
  readonly #read: (paging: { readonly cursor: string | undefined; readonly limit: number }) => Promise<P>;
  readonly #limit: number;
  readonly #pageSize: number;

  /** @param read requests a page */
  constructor(read: (paging: { readonly cursor: string | undefined; readonly limit: number }) => Promise<P>, options: PagingOptions) {
    this.#read = read;
    this.#limit = options.limit ?? Number.POSITIVE_INFINITY;
    this.#pageSize = options.pageSize ?? 500;
  }

  /**
   * Requests one page.
   *
   * @param cursor `next` of the previous page; absent for the first
   */
  page(cursor?: string): Promise<P> {
    return this.#read({ cursor, limit: Math.min(this.#limit, this.#pageSize) });
  }

  /** All rows, up to the limit, at once. */
  async toArray(): Promise<R[]> {
    const rows: R[] = [];
    for await (const row of this) rows.push(row);
    return rows;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<R, void, undefined> {
    let cursor: string | undefined;
    let left = this.#limit;
    while (left > 0) {
      const page = await this.#read({ cursor, limit: Math.min(left, this.#pageSize) });
      yield* page.rows;
      left -= page.rows.length;
      cursor = page.next;
      if (cursor === undefined) return;
    }
  }
}
