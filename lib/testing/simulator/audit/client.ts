import type { AsOf } from '../../../runtime/read/query.ts';
import { ofKeys } from '../oracle/key-windows.ts';
import type { ViewSpec } from '../oracle/spec.ts';
import type { World } from '../world.ts';
import type { Finals } from './finals.ts';
import type { Ledger } from './ledger.ts';
import { holdsAll, paneOf, type SeenPane } from './pane.ts';
import type { Question, Reading } from './reading.ts';
import type { Violations } from './violations.ts';

/** What a client has seen of one view. */
interface Known {
  asOf: AsOf | undefined;
  readonly panes: Map<string, SeenPane>;
}

/** A client that passes the as_of of each answer to the next query, and remembers everything it saw. */
export class Client {
  readonly name: string;
  readonly #world: World;
  readonly #views: readonly ViewSpec[];
  readonly #ledger: Ledger;
  readonly #violations: Violations;
  readonly #finals: Finals;
  readonly #isClosed: (shard: string) => boolean;
  readonly #known = new Map<string, Known>();

  constructor(
    name: string,
    world: World,
    views: readonly ViewSpec[],
    audit: {
      readonly ledger: Ledger;
      readonly violations: Violations;
      readonly finals: Finals;
      /** whether a shard is closed */
      readonly isClosed: (shard: string) => boolean;
    },
  ) {
    this.name = name;
    this.#world = world;
    this.#views = views;
    this.#ledger = audit.ledger;
    this.#violations = audit.violations;
    this.#finals = audit.finals;
    this.#isClosed = audit.isClosed;
  }

  /** Draws the next query. */
  next(): { readonly view: ViewSpec; readonly question: Question; readonly asOf: AsOf | undefined } {
    const { dice } = this.#world;
    const view = dice.pick(this.#views);
    const { asOf, panes } = this.#of(view);
    const seen = panes.size > 0 ? dice.pick([...panes.values()]) : undefined;
    return { view, question: this.#question(view, seen), asOf };
  }

  #question(view: ViewSpec, seen: SeenPane | undefined): Question {
    const { dice } = this.#world;
    if (view.window.kind === 'global')
      return seen && dice.uniform() < 0.5 ? { about: 'key', key: seen.key } : { about: 'window', window: 'latest' };
    const about = dice.pick(['windows', 'latest', 'latest_final', 'window', 'key'] as const);
    if (about === 'windows' || (about === 'key' && !seen)) return { about: 'windows' };
    if (about === 'key' && seen) return { about, key: seen.key };
    return { about: 'window', window: about === 'window' && seen ? seen.window : about === 'latest_final' ? about : 'latest' };
  }

  /** Checks an answer against all it has seen. */
  receive(view: ViewSpec, question: Question, { rows, windows, asOf }: Reading): void {
    const known = this.#of(view);
    const panes = new Map<string, SeenPane>();
    for (const row of rows) {
      const pane = paneOf(view, row);
      if (panes.has(pane.name)) this.#say('seen twice', view, `${pane.name} came twice`);
      panes.set(pane.name, pane);
      this.#checkPane(view, pane);
    }
    for (const [name, pane] of known.panes) {
      if (!isAbout(view, question, pane)) continue;
      if (question.about === 'windows') {
        const { start, end } = pane.window;
        if (!windows.some((window) => window.start === start && window.end === end))
          this.#say('seen less', view, `the window of ${name} is gone`);
        continue;
      }
      const now = panes.get(name);
      // The bounds of an unaligned window change until it is final, so its events may now be in another window of the key.
      if (ofKeys(view.window) && !pane.final && question.about === 'key') {
        if (!holdsAll(rowIds(panes), pane.ids)) this.#say('seen less', view, `${name}: of ${pane.ids.join()} not all are there any more`);
        continue;
      }
      if (!now || !holdsAll(now.ids, pane.ids))
        this.#say('seen less', view, `${name}: ${now?.ids.join() ?? 'nothing'} after ${pane.ids.join()}`);
      else if (pane.final && !now.final) this.#say('final no more', view, name);
    }
    if (known.asOf && !reaches(asOf, known.asOf, this.#isClosed)) this.#say('seen less', view, 'as_of went back');
    known.asOf = asOf;
    if (ofKeys(view.window) && question.about === 'key') {
      for (const [name, pane] of known.panes) if (!pane.final && isAbout(view, question, pane)) known.panes.delete(name);
    }
    for (const [name, pane] of panes) known.panes.set(name, pane);
  }

  #checkPane(view: ViewSpec, pane: SeenPane): void {
    const { taken } = this.#ledger;
    const once = new Map<number, number>();
    for (const id of pane.ids) once.set(id, (once.get(id) ?? 0) + 1);
    for (const [id, count] of once) {
      if (count > (taken.get(id) ?? 0))
        this.#say('not committed', view, `${pane.name} shows ${id} ${count} times, committed ${taken.get(id) ?? 0}`);
    }
    if (pane.final) this.#finals.see(this.name, view.name, pane.name, pane.values);
  }

  #say(kind: string, view: ViewSpec, text: string): void {
    this.#violations.add(kind, `${this.name}, ${view.name}: ${text}`);
  }

  #of(view: ViewSpec): Known {
    const known = this.#known.get(view.name) ?? { asOf: undefined, panes: new Map() };
    this.#known.set(view.name, known);
    return known;
  }
}

function rowIds(panes: ReadonlyMap<string, SeenPane>): number[] {
  return [...panes.values()].flatMap(({ ids }) => ids);
}

/** Whether the answer to a query must contain a pane. */
function isAbout({ window: spec }: ViewSpec, question: Question, { window, key, final }: SeenPane): boolean {
  if (ofKeys(spec) && !final) return question.about === 'key' && JSON.stringify(key) === JSON.stringify(question.key);
  if (question.about === 'windows') return Number.isFinite(window.end);
  if (question.about === 'key') return JSON.stringify(key) === JSON.stringify(question.key);
  const wanted = question.window;
  if (wanted === 'latest') return !Number.isFinite(window.end);
  return typeof wanted === 'object' && wanted.start === window.start && wanted.end === window.end;
}

/** A closed shard may be missing: what was seen of it is then final, which is checked by row. */
function reaches(asOf: AsOf, wanted: AsOf, isClosed: (shard: string) => boolean): boolean {
  if (asOf.mergedThrough < wanted.mergedThrough) return false;
  return Object.entries(wanted.tasks).every(([shard, index]) => {
    const seen = asOf.tasks[shard];
    return seen === undefined ? isClosed(shard) : seen >= index;
  });
}
