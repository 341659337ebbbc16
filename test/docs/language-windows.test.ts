// Every window in the table of docs/language.md makes equal plans in SQL and TypeScript, and holds the event where the table says.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Window, WindowSpec } from '../../lib/core/window.ts';
import { windowingOf } from '../../lib/core/window-kinds.ts';
import {
  application,
  calendar,
  compile,
  cumulate,
  hopping,
  session,
  sql,
  stagger,
  stream,
  tumbling,
  view,
  type WindowDefinition,
} from '../../lib/index.ts';
import { bagView } from '../support/views.ts';

const text = readFileSync(new URL('../../docs/language.md', import.meta.url), 'utf8');
const section = text.slice(text.indexOf('## Windows'), text.indexOf('## Aggregates'));
const rows = [...section.matchAll(/^\| `([A-Z]+\(.+?\))` \| `(.+?)` \| (.+?) \|$/gm)].map(
  ([, inSql, inTypeScript, windows]) => [inSql, inTypeScript, windows] as [string, string, string],
);
const EVENT = Date.parse('2026-03-29T10:20:30Z');

async function viewOf(definition: Parameters<typeof application>[1]) {
  const view = (await compile(application('docs', definition))).views[0];
  if (!view) throw new Error('no view');
  return view;
}

/** The window a line of TypeScript makes. */
function windowOf(code: string): WindowDefinition {
  const makers = { tumbling, hopping, cumulate, calendar, session, stagger };
  return new Function(...Object.keys(makers), `return ${code};`)(...Object.values(makers)) as WindowDefinition;
}

/** The windows of an event that is alone. */
function windowsAt(spec: WindowSpec, time: number): Window[] {
  return windowingOf(bagView(spec, 0))
    .lateFrom(time)
    .map(({ window }) => window);
}

describe('windows in docs/language.md', () => {
  it('are all of those with an end', () => {
    expect(rows.map(([, code]) => code.split('(')[0])).toEqual([
      'tumbling',
      'hopping',
      'cumulate',
      'calendar',
      'calendar',
      'session',
      'stagger',
    ]);
  });

  it.each(rows)('%s is %s: %s', async (inSql, inTypeScript, windows) => {
    const ofSql = await viewOf({
      sql: sql(`CREATE TABLE clicks (page text, at timestamptz NOT NULL) WITH (event_time = 'at');
        CREATE MATERIALIZED VIEW t AS SELECT page, window_start, window_end, count(*) AS n FROM ${inSql} GROUP BY page, window_start, window_end;`),
    });
    const clicks = stream('clicks', { columns: { page: 'text | null', at: 'timestamptz' }, eventTime: 'at' });
    const ofTypeScript = await viewOf({
      views: [
        view(
          't',
          clicks
            .keyBy('page')
            .window(windowOf(inTypeScript))
            .aggregate((a) => ({ n: a.count() })),
        ),
      ],
    });
    expect(ofSql.fingerprint).toBe(ofTypeScript.fingerprint);
    const instant = (time: number) => new Date(time).toISOString().slice(8, 16);
    expect(
      windowsAt(ofTypeScript.window, EVENT)
        .map(({ start, end }) => `${instant(start)} – ${instant(end)}`)
        .join(', '),
    ).toBe(windows);
  });
});
