import { formatJson } from '../core/json.ts';
import { type DedupeExplanation, type Explanation, explainEvent, type ViewExplanation, type WindowExplanation } from '../local/explain.ts';
import type { Plan, StreamPlan } from '../plan/plan.ts';
import { flag, onlyPositional, text, time } from './arguments.ts';
import type { Command } from './command.ts';
import { loadApplication } from './load-application.ts';
import { printable, printableJson } from './printable.ts';
import { type RunningStack, readRunningStack, type ShardTime } from './running-stack.ts';
import { breakerBody, standstill } from './stack-problems.ts';
import { openTarget, TARGET_HELP, TARGET_OPTIONS } from './target.ts';
import { UsageError } from './usage-error.ts';

/** Maximum number of windows shown per view. */
const SHOWN_WINDOWS = 12;

/** `millrace why`: explains what happens to an event. */
export const why: Command = {
  options: {
    event: { type: 'string' },
    stream: { type: 'string' },
    arrival: { type: 'string' },
    ...TARGET_OPTIONS,
    json: { type: 'boolean' },
  },
  help: `Usage: millrace why APP --event JSON [options]

Follows an event through an application: decoding, validation, filters, its key and its windows, and whether it would be
late in a running stack now or wait in a shard that the circuit breaker stopped. It answers "why is my row missing?".
It sends nothing to the stream.

  APP              file whose default export is the application, or a file of SQL
  --event JSON     the event, as a producer puts it into the stream
  --stream NAME    the stream, if the application has several
  --arrival TIME   its arrival time: ISO 8601, or relative such as "-1 hour"; default now
${TARGET_HELP}
  --json           prints JSON

Example: millrace why examples/clickstream/app.ts --event '{"page":"/a","user_id":"u1","ms":20,"at":"2026-01-01T00:00:00Z"}'
`,
  async run(given, terminal) {
    const file = onlyPositional(given, 'APP');
    const event = text(given, 'event');
    if (event === undefined) throw new UsageError('--event is missing: pass the event as JSON, e.g. --event \'{"page":"/a"}\'');
    const now = Date.now();
    const arrival = time(given, 'arrival', now) ?? now;
    // If no stack answers, lateness is not judged.
    const target = await openTarget(given, { retries: 0 });
    const { plan } = await loadApplication(file);
    const stream = chosenStream(plan, text(given, 'stream'));
    const explanations = explainEvent(plan, stream, event, arrival);
    const stack = await readRunningStack(target, plan.name, stream.name);
    if (flag(given, 'json')) {
      await terminal.out(printableJson(explanations.map((explanation) => judged(explanation, stack))));
      return 0;
    }
    for (const explanation of explanations) await terminal.out(told(explanation, stack));
    return 0;
  },
};

function chosenStream(plan: Plan, name: string | undefined): StreamPlan {
  const names = plan.streams.map((stream) => stream.name).join(', ');
  if (name === undefined) {
    if (plan.streams.length > 1) throw new UsageError(`the application has several streams: choose one with --stream: ${names}`);
    return plan.streams[0] as StreamPlan;
  }
  const found = plan.streams.find((stream) => stream.name === name);
  if (!found) throw new UsageError(`the application has no stream "${name}"; there are: ${names}`);
  return found;
}

/** The shards whose watermark has passed a window. */
function closedIn({ closes_at }: WindowExplanation, shards: readonly ShardTime[]): readonly ShardTime[] {
  return passedBy(closes_at, shards);
}

/** An explanation as JSON, with the state of its windows in the running stack. */
function judged(explanation: Explanation, stack: RunningStack): Record<string, unknown> {
  const { stream, event, time, hint, dead, dedupe, views } = explanation;
  return {
    stream,
    event: event ?? null,
    event_time: time ?? null,
    ...(hint !== undefined && { hint }),
    dead_letter: dead ?? null,
    ...(dedupe && {
      dedupe: { ...dedupe, late_in: 'problem' in stack ? null : passedBy(dedupe.remembered_until, stack.shards).map(({ shard }) => shard) },
    }),
    stack: 'problem' in stack ? { problem: stack.problem } : { url: stack.url, shards: stack.shards.map(shardBody) },
    views: views.map(({ view, dead: deadHere, dropped, key, windows, alone }) => ({
      view,
      ...(deadHere !== undefined && { dead_letter: deadHere }),
      dropped_by: dropped?.by ?? null,
      key: key ?? null,
      ...(alone && { by_itself: true }),
      windows: windows.map((window) => ({
        ...window,
        late_in: 'problem' in stack ? null : closedIn(window, stack.shards).map(({ shard }) => shard),
      })),
    })),
  };
}

/** The shards whose watermark has reached a time. */
function passedBy(time: string, shards: readonly ShardTime[]): readonly ShardTime[] {
  return shards.filter(({ watermark }) => watermark !== null && watermark >= time);
}

function toldDedupe({ partition_key: key, id, remembered_until: until }: DedupeExplanation, stack: RunningStack): string {
  const rule = `of an event with partition key ${printable(JSON.stringify(key))} and id ${printable(JSON.stringify(id))} counted before; the id is remembered until the watermark reaches ${until}`;
  const passed = 'problem' in stack ? [] : passedBy(until, stack.shards);
  return passed.length === 0 ? rule : `${rule}: late in ${passed.map(({ shard }) => shard).join(', ')}, which can no longer tell`;
}

function shardBody({ shard, watermark, breaker }: ShardTime): Record<string, unknown> {
  return { shard, watermark, breaker: breakerBody(breaker) };
}

/** An explanation for people. */
function told(explanation: Explanation, stack: RunningStack): string {
  const { stream, event, time, hint, dead, dedupe, views } = explanation;
  const lines: string[] = [];
  if (event === undefined) return `${stream}: dead letter: ${printable(dead ?? '')}\n`;
  lines.push(`${stream}: valid: ${printable(formatJson(event))}`, `  event time   ${time}`);
  if (hint !== undefined) lines.push(`  hint         ${hint}`);
  if (dead !== undefined) return `${[...lines, `  dead letter: ${printable(dead)}`].join('\n')}\n`;
  lines.push(`  ${'problem' in stack ? `lateness     not judged: ${stack.problem}` : watermarks(stack.shards)}`);
  if (!('problem' in stack))
    lines.push(...stack.shards.flatMap((shard) => standstill(stream, shard)).map((said) => `  stopped      ${said}`));
  if (dedupe) lines.push(`  duplicate    ${toldDedupe(dedupe, stack)}`);
  for (const view of views) lines.push('', ...toldView(view, stack));
  return `${lines.join('\n')}\n`;
}

function watermarks(shards: readonly ShardTime[]): string {
  if (shards.length === 0) return 'watermark    none yet: no event was processed, so no event is late';
  return `watermark    ${shards.map(({ shard, watermark }) => `${shard} ${watermark ?? 'none yet'}`).join(', ')}`;
}

function toldView({ view, dead, dropped, key, windows, alone }: ViewExplanation, stack: RunningStack): string[] {
  if (dead !== undefined) return [`${view}: dead letter of this view alone: ${printable(dead)}`];
  if (dropped)
    return [`${view}: filtered out by ${dropped.of === 1 ? 'its filter' : `number ${dropped.by} of its ${dropped.of} filters and maps`}`];
  const shown = windows.slice(0, SHOWN_WINDOWS).map((window) => `  ${alone ? 'if alone: ' : ''}${toldWindow(window, stack)}`);
  if (windows.length > SHOWN_WINDOWS) shown.push(`  … and ${windows.length - SHOWN_WINDOWS} more windows (--json shows all)`);
  return [`${view}: key ${printable(formatJson(key))}`, ...shown];
}

function toldWindow(window: WindowExplanation, stack: RunningStack): string {
  const shown = `window ${window.window_start} to ${window.window_end}, accepts events until the watermark reaches ${window.closes_at}`;
  if ('problem' in stack) return shown;
  const { shards } = stack;
  const closed = closedIn(window, shards);
  if (closed.length === 0) return `${shown}: on time`;
  if (closed.length === shards.length) return `${shown}: late, it would not be counted`;
  return `${shown}: late in ${closed.map(({ shard }) => shard).join(', ')}, on time elsewhere`;
}
