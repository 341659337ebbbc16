import type { FuncCall } from '@pgsql/types';
import { parseDuration } from '../core/duration.ts';
import type { CalendarUnit } from '../core/windows/calendar.ts';
import { calendar, cumulate, hopping, session, stagger, tumbling, type WindowDefinition } from '../dsl/window.ts';
import { nearest } from '../plan/nearest.ts';
import { nameParts, type PgNode } from './ast.ts';
import type { Environment } from './environment.ts';
import { bindExpression } from './expression/bind.ts';
import type { Interval } from './expression/values/interval.ts';
import { PARTITIONED_BY } from './flink.ts';
import type { Fail } from './refusal.ts';
import { onlyKnown } from './refusal.ts';
import { scopeOf } from './scope.ts';

/** A window function's parameters after the table and the time column. */
interface WindowFunction {
  readonly parameters: readonly string[];
  readonly optional: readonly string[];
  /** the parameters that are texts; the others are durations */
  readonly texts?: readonly string[];
  /** whether its windows are unaligned, so that PARTITION BY is allowed */
  readonly own?: boolean;
  readonly make: (given: Readonly<Record<string, number | string>>) => WindowDefinition;
}

function offsetOf({ offset }: Readonly<Record<string, number | string>>): { readonly offset?: number | string } {
  return offset === undefined ? {} : { offset };
}

const WINDOWS: Readonly<Record<string, WindowFunction>> = {
  tumble: {
    parameters: ['size'],
    optional: ['offset'],
    make: (given) => tumbling(given.size as number, offsetOf(given)),
  },
  hop: {
    parameters: ['slide', 'size'],
    optional: ['offset'],
    make: (given) => hopping(given.size as number, given.slide as number, offsetOf(given)),
  },
  cumulate: {
    parameters: ['step', 'size'],
    optional: ['offset'],
    make: (given) => cumulate(given.size as number, given.step as number, offsetOf(given)),
  },
  calendar: {
    parameters: ['unit'],
    optional: ['time_zone', 'offset'],
    texts: ['unit', 'time_zone'],
    make: (given) =>
      calendar(given.unit as CalendarUnit, {
        ...(given.time_zone === undefined ? {} : { timeZone: String(given.time_zone) }),
        ...offsetOf(given),
      }),
  },
  session: {
    parameters: ['gap'],
    optional: [],
    own: true,
    make: ({ gap }) => session(gap as number),
  },
  stagger: {
    parameters: ['size'],
    optional: [],
    own: true,
    make: ({ size }) => stagger(size as number),
  },
};

const USAGE: Readonly<Record<string, string>> = {
  tumble: "TUMBLE(t, ts, INTERVAL '1 minute')",
  hop: "HOP(t, ts, INTERVAL '1 minute', INTERVAL '5 minutes')",
  cumulate: "CUMULATE(t, ts, INTERVAL '1 hour', INTERVAL '1 day')",
  calendar: "CALENDAR(t, ts, 'day', 'Europe/Berlin')",
  session: "SESSION(t, ts, INTERVAL '30 minutes')",
  stagger: "STAGGER(t, ts, INTERVAL '1 minute')",
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
  /** the columns of PARTITION BY in Flink's syntax */
  readonly partition?: readonly PgNode[];
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
    if (!given.has(parameter)) fail(node, `${name} needs the parameter ${SAID[parameter] ?? parameter}`, usage);
  }
  const { table: tableNode, partition } = partitioned(given.get('data') as PgNode);
  if (partition && !known.own) fail(tableNode, `${name} takes no PARTITION BY: its windows are the same for every key`, 'leave it out');
  const timeNode = given.get('timecol') as PgNode;
  const lengths = [...known.parameters, ...known.optional].flatMap((parameter) => {
    const argument = given.get(parameter);
    if (!argument) return [];
    const read = known.texts?.includes(parameter) ? constantText : milliseconds;
    return [[parameter, read(argument, environment)] as const];
  });
  return {
    table: plainName(tableNode, `the first argument of ${name} must be the name of a stream or view`, usage, fail),
    tableNode,
    time: plainName(timeNode, `the second argument of ${name} must be the name of a time column`, usage, fail),
    timeNode,
    window: known.make(Object.fromEntries(lengths)),
    ...(partition && { partition }),
  };
}

/** A table, and its PARTITION BY columns. */
function partitioned(data: PgNode): { readonly table: PgNode; readonly partition?: readonly PgNode[] } {
  if (!('A_Expr' in data) || nameParts(data.A_Expr.name).join() !== PARTITIONED_BY) return { table: data };
  const { lexpr, rexpr } = data.A_Expr as { lexpr: PgNode; rexpr: PgNode };
  return { table: lexpr, partition: 'RowExpr' in rexpr ? (rexpr.RowExpr.args ?? []) : [rexpr] };
}

const SAID: Readonly<Record<string, string>> = { data: 'stream or view', timecol: 'time column' };

function named(call: FuncCall, parameters: readonly string[], usage: string, fail: Fail): ReadonlyMap<string, PgNode> {
  const given = new Map<string, PgNode>();
  for (const [i, argument] of (call.args ?? []).entries()) {
    const isNamed = 'NamedArgExpr' in argument;
    const name = isNamed ? argument.NamedArgExpr.name : parameters[i];
    if (name === undefined || !parameters.includes(name)) {
      return fail(argument, isNamed ? `there is no parameter ${name}` : 'there are too many arguments, from this one on', usage);
    }
    if (given.has(name)) fail(argument, `the parameter ${name} occurs twice`, usage);
    given.set(name, isNamed ? (argument.NamedArgExpr.arg as PgNode) : argument);
  }
  return given;
}

function plainName(node: PgNode, message: string, hint: string, fail: Fail): string {
  const parts = 'ColumnRef' in node ? nameParts(node.ColumnRef.fields) : [];
  const [name] = parts;
  return parts.length === 1 && name !== undefined && name !== '*' ? name : fail(node, message, hint);
}

/** A constant text. */
function constantText(node: PgNode, { fail, functions }: Environment): string {
  const bound = bindExpression(node, scopeOf({ items: [], functions, fail }));
  const value = bound.constant ? bound.evaluate({}) : undefined;
  return typeof value === 'string' ? value : fail(node, 'this must be a constant text', `write ${USAGE.calendar}`);
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
  if (months !== 0) return fail(node, 'a month is not a fixed length of time', "write CALENDAR(t, ts, 'month'), or a number of days");
  return days * 86_400_000 + ms;
}
