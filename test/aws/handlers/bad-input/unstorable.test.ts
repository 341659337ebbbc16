import { describe, expect, it } from 'vitest';
import { accumulator } from '../../../../lib/dsl/accumulator.ts';
import { application, view } from '../../../../lib/dsl/application.ts';
import { stream } from '../../../../lib/dsl/stream.ts';
import { tumbling } from '../../../../lib/dsl/window.ts';
import { createStack, START } from '../stack.ts';
import { deadLetters, iso, json, type Stack, taken } from './sales.ts';

const clicks = stream('clicks', { columns: { page: 'text', data: 'jsonb | null', at: 'timestamptz' }, eventTime: 'at' });
const event = (data: string, seconds = 1): string => `{"page":"/a","data":${data},"at":"${iso(seconds)}"}`;
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

/** The rows of the first minute, open and then final, which must be the same. */
async function firstMinute(stack: Stack): Promise<Record<string, unknown>[]> {
  const read = async () => (await json(stack, '/v1/views/results/rows', { window: iso(0) })).rows;
  const open = await read();
  stack.clock.at = START + 70_000;
  expect(await stack.aggregate(stack.records(event('0', 70)))).toEqual(taken);
  await stack.tick();
  const final = await read();
  expect(final).toEqual(open.map((row) => ({ ...row, final: true })));
  return final.map(({ window_start: _, window_end: __, final: ___, ...row }) => row);
}

describe('values that cannot be stored make their events dead letters, and hold no one up', () => {
  const app = application('shop', {
    views: [
      view(
        'results',
        clicks.window(tumbling('1 minute')).aggregate((a) => ({ events: a.count(), last: a.last('data'), all: a.arrayAgg('data') })),
      ),
    ],
  });

  it.each([501, 3000, 100_000])('nested %i deep', async (levels) => {
    const stack = createStack({ application: app });
    stack.clock.at = START + 30_000;
    const batch = stack.records(event('1', 1), event(nested(levels), 4), event('2', 2), event(`{"a":${nested(levels)}}`, 5), event('3', 3));
    expect(await stack.aggregate(batch)).toEqual(taken);
    expect(await firstMinute(stack)).toEqual([{ events: 3, last: 3, all: [1, 2, 3] }]);
    const dead = await deadLetters(stack);
    expect(dead.map(({ sequence }) => sequence)).toEqual(['104', '102']);
    expect(dead[0]?.reason).toMatch(/cannot be stored: a value is nested|cannot be stored: Maximum call stack|processing failed/);
  });

  it('but not those that look as if', async () => {
    const stack = createStack({ application: app });
    stack.clock.at = START + 30_000;
    const brackets = JSON.stringify(`\\"${'['.repeat(2000)}`);
    await stack.aggregate(stack.records(event(brackets, 1), event(nested(500), 2), event(`[${Array(1000).fill('[]').join()}]`, 3)));
    const [row] = await firstMinute(stack);
    expect(row).toMatchObject({ events: 3, all: [JSON.parse(brackets), JSON.parse(nested(500)), Array(1000).fill([])] });
  });

  it.each<[string, (e: { page: string }) => unknown]>([
    ['a function', () => () => 1],
    ['a symbol', () => Symbol('x')],
    [
      'what contains itself',
      () => {
        const circle: unknown[] = [];
        circle.push(circle, circle);
        return circle;
      },
    ],
  ])('which a map made: %s', async (_, make) => {
    const mapped = application('shop', {
      views: [
        view(
          'results',
          clicks
            .map((e) => (e.data === 'odd' ? { ...e, data: make(e) } : e))
            .window(tumbling('1 minute'))
            .aggregate((a) => ({ events: a.count(), last: a.last('data') })),
        ),
      ],
    });
    const stack = createStack({ application: mapped });
    stack.clock.at = START + 30_000;
    expect(await stack.aggregate(stack.records(event('1', 1), event('"odd"', 2), event('3', 3), event('"odd"', 4)))).toEqual(taken);
    expect(await firstMinute(stack)).toEqual([{ events: 2, last: 3 }]);
    expect((await deadLetters(stack)).map(({ sequence }) => sequence)).toEqual(['104', '102']);
  });
});

describe('a user’s accumulator', () => {
  const circle: unknown[] = [];
  circle.push(circle);

  it.each([
    ['whose state contains itself', { state: circle, result: 1 }],
    ['whose state is nested too deep', { state: JSON.parse(nested(501)) as unknown, result: 1 }],
    ['whose result contains itself', { state: 1, result: circle }],
    ['whose result is nested too deep', { state: 1, result: JSON.parse(nested(501)) as unknown }],
  ])('%s is NULL, the same for everyone who reads it', async (_, made) => {
    const odd = accumulator({
      name: 'odd',
      create: (): { kept: unknown } => ({ kept: null }),
      add: (state, data: unknown) => ({ kept: data === 'odd' ? made.state : state.kept }),
      merge: (into, from) => ({ kept: into.kept ?? from.kept }),
      result: ({ kept }) => (kept === null ? 0 : made.result),
    });
    const app = application('shop', {
      views: [
        view(
          'results',
          clicks
            .keyBy('page')
            .window(tumbling('1 minute'))
            .aggregate((a) => ({ events: a.count(), odd: odd('data') })),
        ),
      ],
    });
    const stack = createStack({ application: app });
    stack.clock.at = START + 30_000;
    const even = event('1').replace('/a', '/b');
    expect(await stack.aggregate(stack.records(event('1'), even))).toEqual(taken);
    expect(await stack.aggregate(stack.records(event('"odd"'), even))).toEqual(taken);
    expect(await stack.aggregate(stack.records(event('1')))).toEqual(taken);
    const { rows } = await json(createStack({ application: app, store: stack.store, clock: stack.clock }), '/v1/views/results/rows', {
      window: iso(0),
    });
    expect(rows).toMatchObject([
      { page: '/a', events: 3, odd: null },
      { page: '/b', events: 2, odd: 0 },
    ]);
    expect(await firstMinute(stack)).toEqual([
      { page: '/a', events: 3, odd: null },
      { page: '/b', events: 2, odd: 0 },
    ]);
  });
});
