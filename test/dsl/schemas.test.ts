import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { application, compile, type Plan, stream, view } from '../../lib/index.ts';
import { AT, minute } from '../support/clicks.ts';

describe('schemas', () => {
  const columnsOf = async (schema: z.ZodType<{ at: string | Date }>, more: object = {}) => {
    const from = stream('s', { schema, eventTime: 'at', columns: more as never });
    const { streams } = await compile(
      application('a', {
        views: [
          view(
            'v',
            from.window(minute).aggregate((a) => ({ n: a.count() })),
          ),
        ],
      }),
    );
    const [plan] = streams as [Plan['streams'][0]];
    return { plan, columns: plan.columns.map(({ name, type, nullable }) => `${name} ${type}${nullable ? ' null' : ''}`) };
  };

  it('tell the columns of what they give, not of what they take', async () => {
    const schema = z.object({
      n: z.coerce.number(),
      label: z.string().default('none'),
      at: z.coerce.date(),
      gone: z.string().transform((s) => s.length),
    });
    const { plan, columns: found } = await columnsOf(schema, { gone: 'bigint' });
    expect(found).toEqual(['n double precision', 'label text', 'at timestamptz', 'gone bigint']);
    expect(plan.validate({ n: '5', at: AT, gone: 'abc' })).toEqual({
      row: { n: 5, label: 'none', at: new Date(AT), gone: 3 },
      time: Date.parse(AT),
    });
  });

  it('say why an event is refused, and where', async () => {
    const { plan } = await columnsOf(z.object({ a: z.object({ b: z.array(z.number()) }), at: z.iso.datetime() }));
    expect(plan.validate({ a: { b: [1, 'x'] }, at: AT })).toEqual({ reason: expect.stringMatching(/^a\.b\.1: .*expected number/i) });
    expect(plan.validate('x')).toEqual({ reason: expect.stringContaining('expected object') });
    expect(plan.validate({ a: { b: [] } })).toEqual({ reason: expect.stringMatching(/^at: /) });
  });

  it('that turn out asynchronous refuse the event', async () => {
    const validate = (value: unknown) => ((value as { page?: string })?.page === 'slow' ? Promise.reject(new Error('late')) : { value });
    const schema: StandardSchemaV1<{ page: string; at: string }> = {
      '~standard': { version: 1, vendor: 'acme', validate: validate as never },
    };
    const from = stream('s', { schema, eventTime: 'at', columns: { page: 'text', at: 'timestamptz' } });
    const { streams } = await compile(
      application('a', {
        views: [
          view(
            'v',
            from.window(minute).aggregate((a) => ({ n: a.count() })),
          ),
        ],
      }),
    );
    const [plan] = streams as [Plan['streams'][0]];
    expect(plan.validate({ page: 'fast', at: AT })).toEqual({ row: { page: 'fast', at: AT }, time: Date.parse(AT) });
    expect(plan.validate({ page: 'slow', at: AT })).toEqual({
      reason: 'the schema returned a promise: validators must be synchronous',
    });
  });
});
