import { expect } from 'vitest';
import { z } from 'zod';
import { application, view } from '../../../../lib/dsl/application.ts';
import type { Flow } from '../../../../lib/dsl/flow.ts';
import { stream } from '../../../../lib/dsl/stream.ts';
import { tumbling } from '../../../../lib/dsl/window.ts';
import { type createStack, START } from '../stack.ts';

/** The answer of a handler that took a whole batch. */
export const taken = { batchItemFailures: [] };
/** The time so many seconds after {@link START}. */
export const iso = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

/** An event of the shop below; `n` is a power of two, so that a sum tells which events were counted. */
export const sale = (page: string, n: number, seconds = 1): string => JSON.stringify({ page, n, at: iso(seconds) });

/** An event of the shop. */
export interface Sale {
  readonly page: string;
  readonly n: number;
  readonly at: string;
}

/** Validated by a schema, and by columns alone: bad input takes other ways in each. */
export const STREAMS: Readonly<Record<'a schema' | 'columns alone', Flow<Sale>>> = {
  'a schema': stream('clicks', {
    schema: z.object({ page: z.string(), n: z.number(), at: z.iso.datetime() }),
    eventTime: 'at',
    maxOutOfOrderness: '5 seconds',
  }),
  'columns alone': stream('clicks', {
    columns: { page: 'text', n: 'double precision', at: 'timestamptz' },
    eventTime: 'at',
    maxOutOfOrderness: '5 seconds',
  }),
};

/** A shop with one view: what was sold by page and minute. */
export function shopOf(clicks: Flow<Sale>) {
  return application('shop', {
    views: [
      view(
        'sales',
        clicks
          .keyBy('page')
          .window(tumbling('1 minute'))
          .aggregate((a) => ({ count: a.count(), sum: a.sum('n'), greatest: a.max('n'), newest: a.last('page') })),
      ),
    ],
  });
}

/** The handlers around the shop. */
export type Stack = ReturnType<typeof createStack>;

/** What the REST interface answers, which must be 200. */
export async function json(stack: Stack, path: string, query: Record<string, string> = {}) {
  const { status, body } = await stack.get(path, query);
  expect(status, body).toBe(200);
  return JSON.parse(body) as { rows: Record<string, unknown>[]; next: string | null };
}

/** The rows of the first minute, by page. */
export async function sales(stack: Stack, window = iso(0)): Promise<Record<string, unknown>> {
  const { rows } = await json(stack, '/v1/views/sales/rows', { window, limit: '1000' });
  return Object.fromEntries(rows.map(({ page, sum }) => [page as string, sum]));
}

/** The stream's dead letters, newest first. */
export async function deadLetters(stack: Stack): Promise<Record<string, unknown>[]> {
  return (await json(stack, '/v1/streams/clicks/dead-letters', { limit: '1000' })).rows;
}

/** What a dead letter holds, as bytes. */
export function keptBytes({ event, text, base64 }: Record<string, unknown>): Buffer {
  if (base64 !== undefined) return Buffer.from(base64 as string, 'base64');
  return Buffer.from((text as string | undefined) ?? JSON.stringify(event));
}
