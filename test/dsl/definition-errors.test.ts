// Every mistake in a definition is an error of `compile` that says what, where and how to mend it. As JavaScript and casts
// let a user make them, so types are set aside here; test/types has what the compiler refuses.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  accumulator,
  application,
  calendar,
  compile,
  global,
  hopping,
  MillraceError,
  session,
  sql,
  stagger,
  stream,
  tumbling,
  view,
} from '../../lib/index.ts';

// biome-ignore lint/suspicious/noExplicitAny: definitions as wrong as users can make them
type Wrong = any;

const columns = { page: 'text', ms: 'double precision | null', n: 'bigint', ok: 'boolean', tags: 'jsonb', at: 'timestamptz' } as const;
const clicks: Wrong = stream('clicks', { columns, eventTime: 'at' });
const minute = tumbling('1 minute');
const one = (a: Wrong) => ({ n: a.count() });

const withStream = (options: unknown, name: Wrong = 'clicks') => {
  const declared: Wrong = stream(name, options as never);
  return application('shop', { views: [view('v', declared.window(minute).aggregate(one))] });
};
const withView = (aggregated: Wrong, options?: Wrong, name: Wrong = 'v') =>
  application('shop', { views: [view(name, aggregated, options)] });
const withKey = (...parts: Wrong[]) =>
  withView(
    clicks
      .keyBy(...parts)
      .window(minute)
      .aggregate(one),
  );
const withWindow = (window: Wrong, options?: Wrong) => withView(clicks.window(window, options).aggregate(one));
const withResults = (results: (a: Wrong) => Wrong) => withView(clicks.keyBy('page').window(minute).aggregate(results));
const withAccumulator = (options: Wrong, ...given: string[]) => withResults(() => ({ x: (accumulator(options) as Wrong)(...given) }));
const sum = {
  name: 'my_sum',
  create: () => 0,
  add: (s: number, x: number) => s + x,
  merge: (a: number, b: number) => a + b,
  result: (s: number) => s,
};
const vendor = (validate: (value: unknown) => unknown, jsonSchema?: () => object) => ({
  '~standard': { version: 1, vendor: 'acme', validate, ...(jsonSchema ? { jsonSchema: { input: jsonSchema, output: jsonSchema } } : {}) },
});
const good = view('v', clicks.window(minute).aggregate(one));

const applications: [string, () => Wrong, string][] = [
  ['nothing', () => undefined, "the definition, not an application: undefined is not what application('name', { views: […] }) gives"],
  ['a view alone', () => good, 'an object is not what application'],
  [
    'a bad name',
    () => application('my shop', { views: [good] }),
    'application "my shop", application "my shop": "my shop" is not a valid application name: use letters',
  ],
  ['no name', () => application(undefined as Wrong, { views: [good] }), '"undefined" is not a valid application name'],
  ['no options', () => application('shop', undefined as Wrong), 'views must be a list of at least one view'],
  ['no views', () => application('shop', { views: [] }), 'views must be a list of at least one view'],
  [
    'a view without a name',
    () => application('shop', { views: [clicks.window(minute).aggregate(one)] as Wrong }),
    "views[0] is an object: name it by view('name', …)",
  ],
  ['a view of nothing', () => withView(undefined), 'view "v" needs what .aggregate(…) gives'],
  ['a view of a window', () => withView(clicks.window(minute)), 'view "v" needs what .aggregate(…) gives'],
  [
    'a misspelt option',
    () => application('shop', { views: [good], retentoin: '1 day' } as Wrong),
    'application "shop": there is no option "retentoin"; did you mean "retention"?',
  ],
  [
    'a misspelt option of SQL',
    () => application('shop', { views: [good], sql: sql('SELECT 1', { function: {} } as Wrong) }),
    'sql has no option "function"; did you mean "functions"?',
  ],
  [
    'a bad retention',
    () => application('shop', { views: [good], retention: 'for ever' as string }),
    'retention: "for ever" is not a duration: write',
  ],
  ['no retention', () => application('shop', { views: [good], retention: 0 }), 'retention must be above zero; it is 0'],
  [
    'two views of one name',
    () => application('shop', { views: [good, view('v', clicks.window(hopping('1 hour', '1 minute')).aggregate(one))] }),
    'two views have the name "v": names must differ',
  ],
  [
    'two streams of one name',
    () =>
      application('shop', {
        views: [
          good,
          view('w', (stream('clicks', { columns, eventTime: 'at', maxAhead: '1 hour' }) as Wrong).window(minute).aggregate(one)),
        ],
      }),
    'view "w": reads a stream "clicks" that is defined differently from the one of an earlier view: define it once',
  ],
];

const streams: [string, () => Wrong, string][] = [
  [
    'a bad name',
    () => withStream({ columns, eventTime: 'at' }, 'my clicks'),
    'stream "my clicks": "my clicks" is not a valid stream name: use 1 to 128 letters',
  ],
  ['no options', () => withStream(undefined), 'stream "clicks": needs schema (a Standard Schema validator) or columns, e.g.'],
  ['neither schema nor columns', () => withStream({ eventTime: 'at' }), 'needs schema (a Standard Schema validator) or columns'],
  ['no columns', () => withStream({ columns: {}, eventTime: 'at' }), 'columns is empty'],
  ['columns as a list', () => withStream({ columns: ['at'], eventTime: 'at' }), "columns must be an object such as { page: 'text'"],
  [
    'an unknown column type',
    () => withStream({ columns: { at: 'timestamp' }, eventTime: 'at' }),
    'column "at" has the type "timestamp"; the types are text, bigint',
  ],
  ['a schema that is none', () => withStream({ schema: {}, eventTime: 'at' }), 'schema must be a Standard Schema validator'],
  [
    'a schema that does not describe itself',
    () => withStream({ schema: vendor((value) => ({ value })), eventTime: 'at' }),
    'the schema (acme) does not describe itself as JSON Schema: declare columns as well',
  ],
  [
    'a schema that fails to describe itself',
    () =>
      withStream({
        schema: vendor(
          (value) => ({ value }),
          () => {
            throw new Error('too clever');
          },
        ),
        eventTime: 'at',
      }),
    'the schema (acme) could not describe itself as JSON Schema (too clever): declare columns as well',
  ],
  [
    'a schema of text',
    () => withStream({ schema: z.string(), eventTime: 'at' }),
    'the schema is not one of objects with known properties: declare columns',
  ],
  [
    'an asynchronous schema',
    () => withStream({ schema: z.object({ at: z.iso.datetime() }).refine(async () => true), eventTime: 'at' }),
    'schema is asynchronous: validators must be synchronous',
  ],
  [
    'an asynchronous property',
    () => withStream({ schema: z.object({ page: z.string().refine(async () => true), at: z.iso.datetime() }), eventTime: 'at' }),
    'schema is asynchronous',
  ],
  [
    'an asynchronous validator',
    () => withStream({ schema: vendor(async (value) => ({ value })), columns, eventTime: 'at' }),
    'schema is asynchronous',
  ],
  ['maxAhead without eventTime', () => withStream({ columns, maxAhead: '1 hour' }), 'maxAhead has no effect without eventTime'],
  ['maxBehind without eventTime', () => withStream({ columns, maxBehind: '1 hour' }), 'maxBehind has no effect without eventTime'],
  [
    'an unknown eventTime',
    () => withStream({ columns, eventTime: 'time' }),
    'eventTime: there is no column "time"; the columns are page, ms, n, ok, tags, at',
  ],
  ['an eventTime that objects have already', () => withStream({ columns, eventTime: 'constructor' }), 'there is no column "constructor"'],
  [
    'an eventTime that is no time',
    () => withStream({ columns, eventTime: 'ok' }),
    'eventTime: column "ok" is boolean, which is not a time: use a timestamptz',
  ],
  [
    'an eventTime that is an object',
    () => withStream({ columns, eventTime: 'tags' }),
    'eventTime: column "tags" is jsonb, which is not a time',
  ],
  ['an eventTime that can be null', () => withStream({ columns, eventTime: 'ms' }), 'eventTime: column "ms" can be null'],
  [
    'an unknown partitionKey',
    () => withStream({ columns, eventTime: 'at', partitionKey: 'user' }),
    'partitionKey: there is no column "user"',
  ],
  [
    'another aggregation',
    () => withStream({ columns, eventTime: 'at', aggregation: 'zip' }),
    `aggregation must be 'kpl' or left out, not "zip"`,
  ],
  [
    'a misspelt option',
    () => withStream({ columns, eventTime: 'at', maxOutOfOrder: 5 }),
    'there is no option "maxOutOfOrder"; did you mean "maxOutOfOrderness"?',
  ],
  [
    'a duration without a unit',
    () => withStream({ columns, eventTime: 'at', maxOutOfOrderness: '5' }),
    'maxOutOfOrderness: "5" is not a duration',
  ],
  [
    'a negative duration',
    () => withStream({ columns, eventTime: 'at', maxOutOfOrderness: '-1 second' }),
    'maxOutOfOrderness must not be negative; it is "-1 second"',
  ],
  ['half a millisecond', () => withStream({ columns, eventTime: 'at', maxAhead: 0.5 }), 'maxAhead: 0.5 is not a duration'],
  ['a duration that is an object', () => withStream({ columns, eventTime: 'at', maxAhead: {} }), 'maxAhead: an object is not a duration'],
  ['no idleTimeout', () => withStream({ columns, eventTime: 'at', idleTimeout: 0 }), 'idleTimeout must be above zero'],
];

const views: [string, () => Wrong, string][] = [
  [
    'a bad name',
    () => withView(good.definition && clicks.window(minute).aggregate(one), {}, 'page-views'),
    'view "page-views": "page-views" is not a valid view name: use letters, digits and "_"',
  ],
  [
    'a misspelt option',
    () => withView(clicks.window(minute).aggregate(one), { keep: 1 }),
    'view "v": there is no option "keep"; the options are version, rows, retention',
  ],
  ['a bad retention', () => withView(clicks.window(minute).aggregate(one), { retention: 'x' }), 'retention: "x" is not a duration'],
  [
    'a bad version',
    () => withView(clicks.window(minute).aggregate(one), { version: {} }),
    'version must be a text or a number, not an object',
  ],
  [
    'rows that are no truth value',
    () => withView(clicks.window(minute).aggregate(one), { rows: 'no' }),
    'rows must be true or false, not "no"',
  ],
  [
    'a filter that is no function',
    () => withView(clicks.filter('x').window(minute).aggregate(one)),
    'filter must be a function, not string',
  ],
  [
    'an asynchronous filter',
    () =>
      withView(
        clicks
          .filter(async () => true)
          .window(minute)
          .aggregate(one),
      ),
    'filter must be a plain function, not an asynchronous one',
  ],
  [
    'an asynchronous map',
    () =>
      withView(
        clicks
          .map(async () => ({}))
          .window(minute)
          .aggregate(one),
      ),
    'map must be a plain function',
  ],
  [
    'a generator as map',
    () =>
      withView(
        clicks
          .map(function* () {})
          .window(minute)
          .aggregate(one),
      ),
    'map must be a plain function',
  ],
  [
    'a map with a bad column type',
    () =>
      withView(
        clicks
          .map((e: Wrong) => e, { columns: { x: 'int' } })
          .window(minute)
          .aggregate(one),
      ),
    'column "x" has the type "int"',
  ],
  ['an unknown key column', () => withKey('pge'), 'keyBy: there is no column "pge"; did you mean "page"?'],
  ['a key column that objects have already', () => withKey('__proto__'), 'keyBy: there is no column "__proto__"'],
  ['a key column twice', () => withKey('page', 'page'), 'keyBy has "page" twice'],
  ['a jsonb key', () => withKey('tags'), 'keyBy: "tags" is jsonb, which cannot be a key: declare its type'],
  ['a reserved key', () => withKey({ final: { type: 'text', value: () => 'x' } }), 'keyBy: "final" is reserved, every result row has it'],
  [
    'a key name with a space',
    () => withKey({ 'my key': { type: 'text', value: () => 'x' } }),
    'keyBy: "my key" is not a valid result column name: use letters',
  ],
  [
    'an expression without a type',
    () => withKey({ x: () => 1 }),
    `keyBy: column "x" has the type undefined; the types are text, bigint, double precision, boolean, timestamptz, jsonb, each also with " | null"; write an expression as x: { type: 'bigint'`,
  ],
  ['an expression without a function', () => withKey({ x: { type: 'text' } }), 'keyBy: the value of "x" must be a function, not undefined'],
  ['an expression of nothing', () => withKey({ x: null }), 'keyBy: column "x" has the type undefined'],
  ['a key of nothing', () => withKey(null), 'keyBy: there is no column null'],
  [
    'no window',
    () => withWindow(undefined),
    "window takes tumbling('1 minute'), hopping('5 minutes', '1 minute'), cumulate('1 day', '1 hour'), calendar('month'), session('30 minutes'), stagger('1 minute') or global(), not undefined",
  ],
  [
    'a window that is text',
    () => withWindow('1 minute'),
    `window takes tumbling('1 minute'), hopping('5 minutes', '1 minute'), cumulate('1 day', '1 hour'), calendar('month'), session('30 minutes'), stagger('1 minute') or global(), not "1 minute"`,
  ],
  ['a window of no length', () => withWindow(tumbling(0)), "the tumbling window's size must be above zero"],
  ['sessions without a gap', () => withWindow(session(0)), "the session window's gap must be above zero"],
  ['stagger windows of no length', () => withWindow(stagger('-1 minute' as string)), "the stagger window's size must be above zero"],
  ['a window of no size', () => withWindow(tumbling(undefined as Wrong)), `the tumbling window's size: "" is not a duration`],
  [
    'a window of a bad length',
    () => withWindow(tumbling('1 fortnight' as string)),
    `the tumbling window's size: "1 fortnight" is not a duration`,
  ],
  [
    'a hopping window without a slide',
    () => withWindow(hopping('1 minute', undefined as Wrong)),
    'the hopping window\'s slide: "" is not a duration',
  ],
  [
    'a slide beyond the size',
    () => withWindow(hopping('1 minute', '2 minutes')),
    "a hopping window's slide (120000 ms) must not exceed its size (60000 ms)",
  ],
  ['tiny slices', () => withWindow(hopping('1 day', '1001 ms')), 'over 10,000 a window: choose a slide that divides the size'],
  [
    'an offset beyond the slide',
    () => withWindow(tumbling('1 minute', { offset: '1 minute' })),
    "a window's offset must be from 0 up to, not including, 60000 ms",
  ],
  ['a negative offset', () => withWindow(tumbling('1 minute', { offset: -1 })), "the tumbling window's offset must not be negative"],
  ['a negative lateness', () => withWindow(minute, { allowedLateness: -1 }), 'allowedLateness must not be negative'],
  ['a bound on the keys of windows that end', () => withWindow(minute, { maxKeys: 10 }), 'maxKeys is for global()'],
  ['a bound that is none', () => withWindow(global(), { maxKeys: 1.5 }), 'maxKeys must be a whole number from 1 to 1000000, not 1.5'],
  [
    'a lateness by arrival',
    () => withWindow(minute, { time: 'arrival', allowedLateness: '1 minute' }),
    'allowedLateness has no effect on windows by arrival',
  ],
  [
    'event time of a stream without',
    () =>
      withView(
        stream('s', { columns: { page: 'text' } })
          .window(minute, { time: 'event' })
          .aggregate(one),
      ),
    'time: \'event\' needs an event time, and stream "s" has none',
  ],
  [
    'a misspelt offset',
    () => withWindow(tumbling('1 minute', { ofset: 1 } as Wrong)),
    'view "v": the tumbling window has no option "ofset"; did you mean "offset"?',
  ],
  [
    'a misspelt time zone',
    () => withWindow(calendar('day', { timezone: 'Europe/Berlin' } as Wrong)),
    'view "v": the calendar window has no option "timezone"; did you mean "timeZone"?',
  ],
  ['a misspelt lateness', () => withWindow(minute, { lateness: 1 }), 'there is no option "lateness"; the options are allowedLateness'],
];

const aggregates: [string, () => Wrong, string][] = [
  ['no function', () => withResults('x' as Wrong), 'view "v": what aggregate takes must be a function, not string'],
  ['a builder that throws', () => withResults((a) => ({ x: a.middle('ms') })), 'view "v": a.middle is not a function'],
  ['no results', () => withResults(() => ({})), 'aggregate needs at least one result'],
  ['nothing at all', () => withResults(() => undefined), 'aggregate needs at least one result'],
  ['a number', () => withResults(() => ({ x: 1 })), 'aggregate "x" is not an aggregate: write e.g. x: a.count()'],
  ['null', () => withResults(() => ({ x: null })), 'aggregate "x" is not an aggregate'],
  ['a method', () => withResults((a) => ({ x: a.count })), 'aggregate "x" is not an aggregate'],
  ['a reserved name', () => withResults((a) => ({ window_end: a.count() })), 'aggregate: "window_end" is reserved'],
  ['a bad name', () => withResults((a) => ({ 'a b': a.count() })), 'aggregate: "a b" is not a valid result column name'],
  ['the name of a key', () => withResults((a) => ({ page: a.count() })), 'aggregate "page" has the name of a key column'],
  ['an unknown column', () => withResults((a) => ({ x: a.sum('mss') })), 'aggregate "x": there is no column "mss"; did you mean "ms"?'],
  ['an unknown column to count', () => withResults((a) => ({ x: a.count('mss') })), 'aggregate "x": there is no column "mss"'],
  ['no column', () => withResults((a) => ({ x: a.sum() })), 'aggregate "x": sum needs a column; the columns are page'],
  [
    'a sum of text',
    () => withResults((a) => ({ x: a.sum('page') })),
    'aggregate "x": sum takes a value that is bigint, double precision; "page" is text',
  ],
  [
    'a least truth value',
    () => withResults((a) => ({ x: a.min('ok') })),
    'min takes a value that is bigint, double precision, text, timestamptz; "ok" is boolean',
  ],
  ['different objects', () => withResults((a) => ({ x: a.approxCountDistinct('tags') })), '"tags" is jsonb'],
  ['no share', () => withResults((a) => ({ x: a.approxQuantile('ms') })), 'a quantile must be from 0 to 1, e.g. 0.95; it is undefined'],
  ['a share of 95', () => withResults((a) => ({ x: a.approxQuantile('ms', 95) })), 'a quantile must be from 0 to 1'],
  ['a share of NaN', () => withResults((a) => ({ x: a.approxQuantile('ms', Number.NaN) })), 'a quantile must be from 0 to 1'],
  ['one column of two', () => withResults((a) => ({ x: a.corr('ms') })), 'aggregate "x": corr needs a column'],
  ['a correlation with text', () => withResults((a) => ({ x: a.corr('ms', 'page') })), 'corr takes as its second value one that is bigint'],
  [
    'truth of a number',
    () => withResults((a) => ({ x: a.boolAnd('ms') })),
    'boolAnd takes a value that is boolean; "ms" is double precision',
  ],
  [
    'different objects, exactly',
    () => withResults((a) => ({ x: a.countDistinct('tags') })),
    'countDistinct does not take DISTINCT of jsonb',
  ],
  [
    'too many top values',
    () => withResults((a) => ({ x: a.approxTopK('page', 101) })),
    'k must be a whole number from 1 to 100; it is 101',
  ],
  ['no half-life', () => withResults((a) => ({ x: a.ewma('ms', 'soon') })), 'a half-life must be a duration above zero without months'],
  ['no separator', () => withResults((a) => ({ x: a.stringAgg('page') })), 'a separator must be a text of at most 100 characters'],
  [
    'an order by an object',
    () => withResults((a) => ({ x: a.arrayAgg('page', { orderBy: 'tags' }) })),
    'arrayAgg cannot be ordered by "tags", which is jsonb',
  ],
  [
    'a misspelt option of a list',
    () => withResults((a) => ({ x: a.arrayAgg('page', { orderby: 'ms' }) })),
    'there is no option "orderby"; did you mean "orderBy"?',
  ],
  [
    'a misspelt option of an order',
    () => withResults((a) => ({ x: a.arrayAgg('page', { orderBy: { column: 'ms', desc: true } }) })),
    'there is no option "orderBy.desc"',
  ],
  [
    'a filter without a function',
    () => withResults((a) => ({ x: a.filter(true, a.count()) })),
    'aggregate "x": the filter must be a function, not boolean',
  ],
  [
    'an asynchronous filter',
    () => withResults((a) => ({ x: a.filter(async () => true, a.count()) })),
    'aggregate "x": the filter must be a plain function',
  ],
  ['a filter of nothing', () => withResults((a) => ({ x: a.filter(() => true) })), 'aggregate "x" is not an aggregate'],
  ['an accumulator without a column', () => withAccumulator(sum), 'aggregate "x": "my_sum" needs the names of its argument columns'],
  [
    'a misspelt part of an accumulator',
    () => withAccumulator({ ...sum, typ: 'text' }, 'ms'),
    'accumulator "my_sum" has no option "typ"; did you mean "type"?',
  ],
  ['an accumulator of an unknown column', () => withAccumulator(sum, 'mss'), 'aggregate "x": there is no column "mss"'],
  ['an accumulator without a name', () => withAccumulator({ ...sum, name: '' }, 'ms'), 'accumulator "" needs a name'],
  ['an accumulator without options', () => withAccumulator(undefined, 'ms'), 'accumulator undefined needs a name'],
  [
    'an accumulator without merge',
    () => withAccumulator({ ...sum, merge: undefined }, 'ms'),
    'accumulator "my_sum": merge must be a function, not undefined',
  ],
  [
    'an accumulator that waits',
    () => withAccumulator({ ...sum, add: async () => 0 }, 'ms'),
    'accumulator "my_sum": add must be a plain function',
  ],
  [
    'a state that throws',
    () =>
      withAccumulator(
        {
          ...sum,
          create: () => {
            throw new Error('empty');
          },
        },
        'ms',
      ),
    'view "v": empty',
  ],
  [
    'a state that is a Set',
    () => withAccumulator({ ...sum, create: () => ({ seen: new Set() }) }, 'ms'),
    'accumulator "my_sum": create returns the state.seen a Set, which JSON cannot represent',
  ],
  [
    'a state that is infinite',
    () => withAccumulator({ ...sum, create: () => [Number.POSITIVE_INFINITY] }, 'ms'),
    'create returns the state[0] Infinity, which JSON cannot represent',
  ],
  ['no state', () => withAccumulator({ ...sum, create: () => undefined }, 'ms'), 'create returns the state undefined'],
  [
    'an unknown result type',
    () => withAccumulator({ ...sum, type: 'float' }, 'ms'),
    'accumulator "my_sum": column "my_sum" has the type "float"; the types are',
  ],
  [
    'another result type',
    () => withAccumulator({ ...sum, type: 'text' }, 'ms'),
    'accumulator "my_sum" declares results of type text, but result(create()) returns 0',
  ],
];

const failing = async (make: () => Wrong): Promise<MillraceError> => {
  // Nothing throws before compile.
  const definition = make();
  try {
    await compile(definition);
  } catch (error) {
    expect(error).toBeInstanceOf(MillraceError);
    return error as MillraceError;
  }
  throw new Error('compiled');
};

describe.each([
  ['an application', applications],
  ['a stream', streams],
  ['a view', views],
  ['an aggregate', aggregates],
])('compile refuses, of %s,', (_, cases) => {
  it.each(cases)('%s', async (_name, make, message) => {
    const error = await failing(make);
    expect(error.code).toBe('definition');
    expect(error.message).toContain(message);
  });
});

describe('compile', () => {
  it('reports all mistakes at once, each once', async () => {
    const wrong: Wrong = stream('clicks', { columns, eventTime: 'when', idleTimeout: 'x' } as Wrong);
    const twice = [view('v', wrong.keyBy('pge').window(minute).aggregate(one)), view('w', wrong.window(minute).aggregate(one))];
    const { message } = await failing(() => application('shop', { views: twice }));
    expect(message.split('\n')).toEqual([
      'application "shop" has 3 mistakes:',
      expect.stringMatching(/^- stream "clicks": eventTime: there is no column "when"/),
      expect.stringMatching(/^- stream "clicks": idleTimeout: "x" is not a duration/),
      expect.stringMatching(/^- view "v": keyBy: there is no column "pge"/),
    ]);
  });

  it('takes the same stream twice, the same object or not', async () => {
    const again: Wrong = stream('clicks', { columns: { ...columns }, eventTime: 'at' });
    const plan = await compile(application('shop', { views: [good, view('w', again.window(minute).aggregate(one))] }));
    expect(plan.streams.map(({ name }) => name)).toEqual(['clicks']);
    expect(plan.views.map(({ name, stream: from }) => [name, from])).toEqual([
      ['v', 'clicks'],
      ['w', 'clicks'],
    ]);
  });
});
