import type { Instant } from '../core/instant.ts';
import type { DerivedViewPlan } from '../plan/relation.ts';
import { basesOf } from '../query/scans.ts';
import {
  type DerivedAfter,
  type DerivedPage,
  readDerivedRows,
  readDerivedWindowRows,
  readDerivedWindows,
} from '../runtime/read/derived/derived-rows.ts';
import type { AsOf } from '../runtime/read/query.ts';
import type { Reader } from '../runtime/read/reader.ts';
import { type Answer, type PageRequest, resultsBody, windowBody } from './answers.ts';
import { formatSeen, parseAsOf } from './as-of.ts';
import { parseCursor } from './cursor.ts';
import { isDerivedPlace } from './cursor-places.ts';
import { parseDerivedQuery } from './derived-query.ts';
import { parseBound } from './time.ts';
import { parseOrder } from './values.ts';

/** Rows of a derived view: all windows of a key, or one window. */
export async function answerDerivedRows(reader: Reader, view: DerivedViewPlan, request: PageRequest): Promise<Answer> {
  return answer(reader, view, request, (now, asked) => {
    const query = parseDerivedQuery(view, request.parameters, now);
    return query.form === 'rows'
      ? readDerivedRows(reader, view, { ...query, ...asked })
      : readDerivedWindowRows(reader, view, { ...query, ...asked });
  });
}

/** The windows of a derived view that hold rows. */
export async function answerDerivedWindows(reader: Reader, view: DerivedViewPlan, request: PageRequest): Promise<Answer> {
  const { parameters } = request;
  return answer(reader, view, request, async (now, asked) => {
    const found = await readDerivedWindows(reader, view, {
      from: parameters.read('from', (name, text) => parseBound(name, text, now)),
      to: parameters.read('to', (name, text) => parseBound(name, text, now)),
      order: parameters.read('order', parseOrder) ?? 'asc',
      ...asked,
    });
    return { ...found, rows: found.rows.map(windowBody) };
  });
}

interface Asked {
  readonly limit: number;
  readonly after: DerivedAfter | undefined;
  readonly asOf: ReadonlyMap<string, AsOf> | undefined;
}

async function answer(
  reader: Reader,
  view: DerivedViewPlan,
  request: PageRequest,
  read: (now: Instant, asked: Asked) => Promise<DerivedPage<unknown>>,
): Promise<Answer> {
  const { path, parameters, limit } = request;
  const cursor = parseCursor(path, parameters, isDerivedPlace);
  const now = cursor?.now ?? reader.runtime.clock.now();
  const views = basesOf(view.relation);
  const given = parameters.read('as_of', (name, text) => parseAsOf(name, text, views, view.name));
  const asOf = given ?? (cursor?.asOf === undefined ? undefined : parseAsOf('cursor', cursor.asOf, views, view.name));
  const found = await read(now, { limit, after: cursor?.after, asOf });
  const seen = formatSeen([...found.asOf.keys()], found.asOf);
  return { body: resultsBody(request, now, found.rows, { ...found, asOf: seen }), units: found.units };
}
