/** One page. */
export interface Page<R> {
  readonly rows: readonly R[];
  /** give it to {@link Paged.page} for the next one; `undefined` at the end. A page may be short, even empty, and not the last */
  readonly next: string | undefined;
  /** what reading it cost in DynamoDB read units */
  readonly readUnits: number;
}

/** A page of results. */
export interface ResultPage<R> extends Page<R> {
  /** how far event time had come in the slowest shard, ISO 8601; `null` before the first event */
  readonly watermark: string | null;
}

/** How much to ask for. */
export interface PagingOptions {
  /** rows altogether; default all */
  readonly limit?: number;
  /** rows of a request, at most 1,000; default 500 */
  readonly pageSize?: number;
  /** ends requests and waiting */
  readonly signal?: AbortSignal;
}

/**
 * Results that come page by page: `for await` goes through all of them, asking for the next page when it is needed.
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

  /** @param read asks for a page */
  constructor(read: (paging: { readonly cursor: string | undefined; readonly limit: number }) => Promise<P>, options: PagingOptions) {
    this.#read = read;
    this.#limit = options.limit ?? Number.POSITIVE_INFINITY;
    this.#pageSize = options.pageSize ?? 500;
  }

  /**
   * Asks for one page.
   *
   * @param cursor `next` of the page before; none for the first
   */
  page(cursor?: string): Promise<P> {
    return this.#read({ cursor, limit: Math.min(this.#limit, this.#pageSize) });
  }

  /** All rows, or as many as the limit says, at once. */
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
