import { MillraceError } from '../../../core/errors.ts';
import { readDerivedRows } from '../../../runtime/read/derived/derived-rows.ts';
import type { AsOf, ResultRow } from '../../../runtime/read/query.ts';
import type { Reader } from '../../../runtime/read/reader.ts';
import { ofKeys } from '../oracle/key-windows.ts';
import type { ApplicationSpec, DerivedSpec } from '../oracle/spec.ts';
import type { World } from '../world.ts';
import type { Finals } from './finals.ts';
import type { Violations } from './violations.ts';

/** All rows of a derived view, and how far its base views were seen. */
export interface DerivedReading {
  readonly rows: readonly ResultRow[];
  readonly asOf: ReadonlyMap<string, AsOf>;
}

/** More than the rows of a view: rows can move between pages while a client reads them. */
const ALL = 10_000;

/** Reads a derived view page by page, and passes the as_of of each answer to the next request. */
export async function readDerived(
  reader: Reader,
  name: string,
  { limit = ALL, order = 'asc', asOf }: { limit?: number; order?: 'asc' | 'desc'; asOf?: DerivedReading['asOf'] | undefined },
): Promise<DerivedReading> {
  const view = reader.runtime.plan.derived.find((one) => one.name === name);
  if (!view) throw new MillraceError('argument', `the simulated application has no derived view ${name}`);
  const rows: ResultRow[] = [];
  let page: Awaited<ReturnType<typeof readDerivedRows>> | undefined;
  do {
    page = await readDerivedRows(reader, view, { order, limit, after: page?.next, asOf: page?.asOf ?? asOf });
    rows.push(...page.rows);
  } while (page.next);
  return { rows, asOf: page.asOf };
}

/** A client of derived views: final rows must not change, and growing values must not shrink. */
export class DerivedClient {
  readonly #name: string;
  readonly #world: World;
  readonly #application: ApplicationSpec;
  readonly #violations: Violations;
  readonly #finals: Finals;
  readonly #known = new Map<string, DerivedReading>();

  constructor(name: string, world: World, application: ApplicationSpec, violations: Violations, finals: Finals) {
    this.#name = name;
    this.#world = world;
    this.#application = application;
    this.#violations = violations;
    this.#finals = finals;
  }

  /** What it asks next. */
  next(): { readonly view: DerivedSpec; readonly before: DerivedReading | undefined } {
    const view = this.#world.dice.pick(this.#application.derived);
    return { view, before: this.#known.get(view.name) };
  }

  /** Checks an answer against what it had seen when it asked. */
  receive(view: DerivedSpec, before: DerivedReading | undefined, reading: DerivedReading): void {
    const now = new Map(reading.rows.map((row) => [rowName(view, row), row]));
    for (const [name, row] of now) if (row.final) this.#finals.see(this.#name, view.name, name, row);
    // Unaligned windows change until they are final, and ranks change with every event.
    const grows = view.kind !== 'tops' && this.#application.views.every(({ name, window }) => name !== view.of || !ofKeys(window));
    for (const row of before?.rows ?? []) {
      const again = now.get(rowName(view, row));
      if (row.final && !again?.final) this.#say('final no more', view, JSON.stringify(row));
      if (grows && !['panes', 'n', 'a', 'b'].every((column) => Number(row[column] ?? 0) <= Number(again?.[column] ?? 0)))
        this.#say('seen less', view, `${JSON.stringify(again)} after ${JSON.stringify(row)}`);
    }
    this.#known.set(view.name, reading);
  }

  #say(kind: string, view: DerivedSpec, text: string): void {
    this.#violations.add(kind, `${this.#name}, ${view.name}: ${text}`);
  }
}

/** The name of a row: its window and its key or place. */
export function rowName({ kind }: DerivedSpec, { window_start: start, window_end: end, k, u, place }: ResultRow): string {
  return JSON.stringify(kind === 'tops' ? [start, end, place] : [start, end, k, u]);
}
