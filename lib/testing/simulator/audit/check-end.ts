import { readDeadLetters, readLate } from '../../../runtime/read/kept-events.ts';
import type { KeptEvent, KeptPage } from '../../../runtime/read/query.ts';
import type { Reader } from '../../../runtime/read/reader.ts';
import { STREAM } from '../application/define-application.ts';
import type { Folded } from '../oracle/fold.ts';
import type { ApplicationSpec, ViewSpec } from '../oracle/spec.ts';
import type { OracleRow } from '../oracle/view-fold.ts';
import { difference } from './difference.ts';
import type { Finals } from './finals.ts';
import { paneOf, type SeenPane } from './pane.ts';
import { ask } from './reading.ts';
import type { Violations } from './violations.ts';

/**
 * Compares everything a reader returns with the fold, after everything has settled.
 *
 * @param expired sequence numbers of what was late or dead in entries that are deleted
 */
export async function checkEnd(
  reader: Reader,
  spec: ApplicationSpec,
  folded: Folded,
  expired: ReadonlySet<string>,
  { violations, finals }: { readonly violations: Violations; readonly finals: Finals },
): Promise<void> {
  for (const text of folded.problems) violations.add('not the fold', text);
  for (const { sequence, at, views, tooEarly } of folded.late) {
    if (tooEarly)
      violations.add(
        'late by mistake',
        `event ${sequence} of ${at} is late for ${views.join()}, whose windows its shard cannot have closed`,
      );
  }
  for (const view of spec.views) await checkView(reader, view, folded.rows.get(view.name) ?? new Map(), { violations, finals });
  const late = await allKept((after) =>
    readLate(
      reader,
      spec.views.map(({ name }) => name),
      { limit: 50, after },
    ),
  );
  const told = late.map(({ sequence, time, views }) => `${sequence} ${time} ${[...(views ?? [])].sort().join()}`).sort();
  const wanted = folded.late
    .filter(({ sequence }) => !expired.has(sequence))
    .map(({ sequence, at, views }) => `${sequence} ${at} ${[...views].sort().join()}`)
    .sort();
  if (told.join('; ') !== wanted.join('; ')) violations.add('late events', difference(told, wanted));
  const dead = (await allKept((after) => readDeadLetters(reader, STREAM, { limit: 50, after }))).map(deadText).sort();
  const wantedDead = folded.dead
    .filter(({ sequence }) => !expired.has(sequence))
    .map(deadText)
    .sort();
  if (dead.join() !== wantedDead.join()) violations.add('dead letters', difference(dead, wantedDead));
}

function deadText({ sequence, views = [] }: { readonly sequence: string; readonly views?: readonly string[] | undefined }): string {
  return `${sequence} ${views.join()}`;
}

async function checkView(
  reader: Reader,
  view: ViewSpec,
  rows: ReadonlyMap<string, OracleRow>,
  { violations, finals }: { readonly violations: Violations; readonly finals: Finals },
): Promise<void> {
  const shown = new Map<string, SeenPane>();
  const windows =
    view.window.kind === 'global' ? (['latest'] as const) : (await ask(reader, view.name, { about: 'windows' }, undefined)).windows;
  for (const window of windows) {
    for (const row of (await ask(reader, view.name, { about: 'window', window }, undefined)).rows) {
      const pane = paneOf(view, row);
      if (shown.has(pane.name)) violations.add('shown twice', `${view.name}: ${pane.name}`);
      shown.set(pane.name, pane);
      if (pane.final) finals.see('at the end', view.name, pane.name, pane.values);
    }
  }
  finals.checkThere(view.name, new Set(shown.keys()));
  // A global window without key has a result even without events.
  if (view.window.kind === 'global' && view.key.length === 0 && rows.size === 0) shown.clear();
  for (const [name, { values, end }] of rows) {
    const pane = shown.get(name);
    if (!pane) violations.add('row missing', `${view.name}: ${name} with ${JSON.stringify(values)}`);
    else if (textOf(pane.values) !== textOf(values))
      violations.add('row differs', `${view.name}: ${name} is ${textOf(pane.values)}, not ${textOf(values)}`);
    else if (!pane.final && Number.isFinite(end)) violations.add('not final', `${view.name}: ${name}`);
  }
  for (const name of shown.keys()) if (!rows.has(name)) violations.add('row too many', `${view.name}: ${name}`);
  const keys = new Map([...shown.values()].map((pane) => [JSON.stringify(pane.key), pane.key]));
  for (const key of keys.values()) {
    const found = (await ask(reader, view.name, { about: 'key', key }, undefined)).rows
      .map((row) => textOf(paneOf(view, row).values))
      .sort();
    const wanted = [...shown.values()].filter((pane) => pane.key.join('\0') === key.join('\0')).map((pane) => textOf(pane.values));
    if (found.join() !== wanted.sort().join())
      violations.add('key differs', `${view.name}: ${key.join()} shows ${difference(found, wanted)}`);
  }
}

function textOf(values: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function allKept(read: (after: KeptPage['next']) => Promise<KeptPage>): Promise<KeptEvent[]> {
  const events: KeptEvent[] = [];
  for (let after: KeptPage['next']; ; ) {
    const page = await read(after);
    events.push(...page.events);
    if (!page.next) return events;
    after = page.next;
  }
}
