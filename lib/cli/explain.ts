import { keptElsewhere } from '../core/accumulators/kept-elsewhere.ts';
import { formatDuration } from '../core/duration.ts';
import { gridOf } from '../core/windows/key-window.ts';
import { isKeyWindow } from '../core/windows/key-window-spec.ts';
import {
  type DerivedDescription,
  describePlan,
  type PlanDescription,
  type RelationDescription,
  type ViewDescription,
  windowText,
} from '../plan/describe-plan.ts';
import { flag, onlyPositional } from './arguments.ts';
import type { Command } from './command.ts';
import { loadApplication } from './load-application.ts';

/** `millrace explain`: prints an application's plan. */
export const explain: Command = {
  options: { json: { type: 'boolean' } },
  help: `Usage: millrace explain APP [--json]

Prints an application's plan as a tree: what runs in each shard for every event, what runs after the merge, the state per
key, and what is written per window. It does not run the application.

  APP       file whose default export is the application, or a file of SQL
  --json    prints the plan as JSON

Example: millrace explain examples/clickstream/app.ts
`,
  async run(given, terminal) {
    const file = onlyPositional(given, 'APP');
    const { plan } = await loadApplication(file);
    const description = describePlan(plan);
    await terminal.out(flag(given, 'json') ? `${JSON.stringify(description)}\n` : told(description));
    return 0;
  },
};

/** A line of the tree with its children. */
interface Tree {
  readonly line: string;
  readonly below: readonly Tree[];
}

function told(plan: PlanDescription): string {
  const trees = [...plan.streams.map((stream) => streamTree(stream, plan)), ...plan.derived.map(derivedTree)];
  return `application ${plan.application}\n\n${trees.map((tree) => `${lines(tree).join('\n')}\n`).join('\n')}`;
}

function lines({ line, below }: Tree): string[] {
  const children = below.flatMap((child, i) => {
    const last = i === below.length - 1;
    return lines(child).map((text, at) => `${at === 0 ? (last ? '└─ ' : '├─ ') : last ? '   ' : '│  '}${text}`);
  });
  return [line, ...children];
}

function streamTree(stream: PlanDescription['streams'][number], { views }: PlanDescription): Tree {
  const { name, eventTime, maxOutOfOrderness, dedupe, columns } = stream;
  const of = columns.map((column) => `${column.name} ${column.type}${column.nullable ? '' : ' not null'}`).join(', ');
  return {
    line: `stream ${name} (${of})`,
    below: [
      leaf(
        `${eventTime === undefined ? 'time of arrival' : `event time ${eventTime}`}, waits ${formatDuration(maxOutOfOrderness)} for events that are out of order`,
      ),
      ...(dedupe
        ? [
            leaf(
              `leaves out duplicates: the same ${dedupe.partitionKey} and ${dedupe.by}, remembered for ${formatDuration(dedupe.within)}, at most ${dedupe.maxIds} in each shard`,
            ),
          ]
        : []),
      ...views.filter((view) => view.stream === name).map(viewTree),
    ],
  };
}

function viewTree(view: ViewDescription): Tree {
  const { name, window, time, allowedLateness, aggregates, transforms } = view;
  const late = allowedLateness === 0 ? '' : `, each open ${formatDuration(allowedLateness)} longer for late events`;
  return {
    line: `view ${name}${view.hidden ? ' (hidden, part of another view)' : ''}`,
    below: [
      {
        line: 'in each shard, for every event',
        below: [
          ...(transforms === 0 ? [] : [leaf(transforms === 1 ? '1 filter or map' : `${transforms} filters or maps`)]),
          leaf(keyText(view)),
          leaf(`${windowText(window)}${time === 'arrival' ? ' by arrival' : ''}${late}`),
          ...aggregates.map((aggregate) => leaf(`${aggregate.name} = ${accumulatorText(aggregate)}`)),
        ],
      },
      leaf(`state: at least ${view.stateBytes} bytes for each key in each of ${slices(view)}`),
      leaf('one log entry for each batch, whatever the number of keys'),
      mergeTree(view),
    ],
  };
}

function keyText({ key, appends, maxKeys }: ViewDescription): string {
  if (appends) return 'each event is one row: rows are appended';
  if (key.length === 0) return 'no key: one pane for each window';
  const most = maxKeys === undefined ? '' : `, at most ${maxKeys} of them: an event beyond that is a dead letter`;
  return `key ${key.map((part) => part.name).join(', ')}${most}`;
}

function accumulatorText({ accumulator }: ViewDescription['aggregates'][number]): string {
  return accumulator === keptElsewhere.name ? 'read from the state of another aggregate' : accumulator;
}

function mergeTree({ window, rows, retention }: ViewDescription): Tree {
  if (window.kind === 'global') return leaf('never closes: merged from all shards when it is read; nothing else is written; kept for ever');
  if (isKeyWindow(window)) {
    const item = rows ? '; one item for each window' : '';
    const carried =
      window.kind === 'stagger' ? 'one pane for each key, at each step' : 'the parts of sessions that continue in other shards';
    return {
      line: 'when a window has closed in all shards, its spans are merged',
      below: [
        leaf(`written every ${formatDuration(gridOf(window))} of event time: pages of 16 KB, with the windows that ended${item}`),
        leaf(`also written, pending spans of open windows: ${carried}`),
        leaf(`kept ${formatDuration(retention)}`),
      ],
    };
  }
  return {
    line: 'when a window has closed in all shards, its panes are merged',
    below: [
      leaf(`written for each window: pages of 16 KB, a single one while it is small${rows ? '; one item for each key' : ''}`),
      leaf(`kept ${formatDuration(retention)}`),
    ],
  };
}

function slices({ slicesPerWindow, window }: ViewDescription): string {
  if (window.kind === 'session') return 'its sessions';
  if (window.kind === 'stagger') return 'the milliseconds in which it has events, until all shards have passed them';
  return slicesPerWindow === 1 ? 'its windows' : `the ${slicesPerWindow} slices of a window`;
}

function derivedTree({ name, relation }: DerivedDescription): Tree {
  return { line: `view ${name}, computed when it is read; nothing is stored`, below: [relationTree(relation)] };
}

function relationTree({ does, inputs }: RelationDescription): Tree {
  return { line: does, below: inputs.map(relationTree) };
}

function leaf(line: string): Tree {
  return { line, below: [] };
}
