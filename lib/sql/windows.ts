import type { FuncCall } from '@pgsql/types';
import { parseDuration } from '../core/duration.ts';
import { cumulate, hopping, tumbling, type WindowDefinition } from '../dsl/window.ts';
import { nearest } from '../plan/nearest.ts';
import { nameParts, type PgNode } from './ast.ts';
import type { Environment } from './environment.ts';
import { bindExpression } from './expression/bind.ts';
import type { Interval } from './expression/values/interval.ts';
import type { Fail } from './refusal.ts';
import { onlyKnown } from './refusal.ts';
import { scopeOf } from './scope.ts';

/** A window function's parameters after the table and its time. */
interface WindowFunction {
  readonly parameters: readonly string[];
  readonly optional: readonly string[];
  readonly make: (given: Readonly<Record<string, number>>) => WindowDefinition;
}

const WINDOWS: Readonly<Record<string, WindowFunction>> = {
  tumble: {
    parameters: ['size'],
    optional: ['offset'],
    make: ({ size, offset }) => tumbling(size as number, offset === undefined ? {} : { offset }),
  },
  hop: {
    parameters: ['slide', 'size'],
    optional: ['offset'],
    make: ({ slide, size, offset }) => hopping(size as number, slide as number, offset === undefined ? {} : { offset }),
  },
  cumulate: {
    parameters: ['step', 'size'],
    optional: ['offset'],
    make: ({ step, size, offset }) => cumulate(size as number, step as number, offset === undefined ? {} : { offset }),
  },
};

const USAGE: Readonly<Record<string, string>> = {
  tumble: "TUMBLE(t, ts, INTERVAL '1 minute')",
  hop: "HOP(t, ts, INTERVAL '1 minute', INTERVAL '5 minutes')",
  cumulate: "CUMULATE(t, ts, INTERVAL '1 hour', INTERVAL '1 day')",
};

/** A call such as `TUMBLE(bid, bidtime, INTERVAL '10 minutes')`. */
export interface WindowCall {
  /** the table, stream or view */
  readonly table: string;
  readonly tableNode: PgNode;
  /** its time column */
  readonly time: string;
  readonly timeNode: PgNode;
  readonly window: WindowDefinition;
}

/** Reads a window function in FROM. */
export function readWindowCall(node: PgNode, call: FuncCall, environment: Environment): WindowCall {
  const { fail } = environment;
  const name = nameParts(call.funcname).at(-1) ?? '';
  const known = Object.hasOwn(WINDOWS, name) ? (WINDOWS[name] as WindowFunction) : undefined;
  if (!known) {
    const near = nearest(name, Object.keys(WINDOWS));
    const hint = near ? `did you mean ${USAGE[near]}?` : `the functions in FROM are ${Object.keys(WINDOWS).join(', ').toUpperCase()}`;
    return fail(node, `there is no function ${name} in FROM`, hint);
  }
  const usage = `write ${USAGE[name]}`;
  onlyKnown(
    call,
    ['funcname', 'args', 'funcformat'],
    {
      agg_star: ['*', usage],
      agg_distinct: ['DISTINCT', usage],
      agg_order: ['ORDER BY', usage],
      agg_filter: ['FILTER', usage],
      over: ['OVER', usage],
    },
    node,
    fail,
  );
  const parameters = ['data', 'timecol', ...known.parameters, ...known.optional];
  const given = named(call, parameters, usage, fail);
  for (const parameter of ['data', 'timecol', ...known.parameters]) {
    if (!given.has(parameter)) fail(node, `${name} lacks its ${SAID[parameter] ?? parameter}`, usage);
  }
  const tableNode = given.get('data') as PgNode;
  const timeNode = given.get('timecol') as PgNode;
  const durations = [...known.parameters, ...known.optional].flatMap((parameter) => {
    const argument = given.get(parameter);
    return argument ? [[parameter, milliseconds(argument, environment)] as const] : [];
  });
  return {
    table: plainName(tableNode, `the first argument of ${name} is the name of a stream or view`, usage, fail),
    tableNode,
    time: plainName(timeNode, `the second argument of ${name} is the name of a time column`, usage, fail),
    timeNode,
    window: known.make(Object.fromEntries(durations)),
  };
}

const SAID: Readonly<Record<string, string>> = { data: 'stream or view', timecol: 'time column' };

function named(call: FuncCall, parameters: readonly string[], usage: string, fail: Fail): ReadonlyMap<string, PgNode> {
  const given = new Map<string, PgNode>();
  for (const [i, argument] of (call.args ?? []).entries()) {
    const isNamed = 'NamedArgExpr' in argument;
    const name = isNamed ? argument.NamedArgExpr.name : parameters[i];
    if (name === undefined || !parameters.includes(name)) {
      return fail(argument, isNamed ? `there is no parameter ${name}` : 'this is one argument too many', usage);
    }
    if (given.has(name)) fail(argument, `${name} is given twice`, usage);
    given.set(name, isNamed ? (argument.NamedArgExpr.arg as PgNode) : argument);
  }
  return given;
}

function plainName(node: PgNode, message: string, hint: string, fail: Fail): string {
  const parts = 'ColumnRef' in node ? nameParts(node.ColumnRef.fields) : [];
  const [name] = parts;
  return parts.length === 1 && name !== undefined && name !== '*' ? name : fail(node, message, hint);
}

/** A constant interval in milliseconds. */
function milliseconds(node: PgNode, { fail, functions }: Environment): number {
  const example = "write INTERVAL '1 minute'";
  const bound = bindExpression(node, scopeOf({ items: [], functions, fail }));
  const value = bound.constant ? bound.evaluate({}) : undefined;
  if (bound.type === 'unknown' && typeof value === 'string') {
    try {
      return parseDuration(value);
    } catch {
      return fail(node, `${JSON.stringify(value)} is not a duration`, example);
    }
  }
  if (bound.type !== 'interval' || !bound.constant || value === null) return fail(node, 'this must be a constant interval', example);
  const { months, days, ms } = value as Interval;
  if (months !== 0) return fail(node, 'a month is not a fixed length of time', 'use a calendar window, or a number of days');
  return days * 86_400_000 + ms;
}
