import type { Health } from '../client/client.ts';
import { formatDuration, parseDuration } from '../core/duration.ts';
import { flag, text } from './arguments.ts';
import type { Command } from './command.ts';
import { breakerBody, findProblems } from './stack-problems.ts';
import { Table } from './table.ts';
import { asking, openTarget, TARGET_HELP, TARGET_OPTIONS } from './target.ts';
import { UsageError } from './usage-error.ts';

const DEFAULT_MAX_DELAY = '10 minutes';
/** The exit code of a stack that answers and is unhealthy. */
const UNHEALTHY = 3;

/** `millrace status`: shows the state of a stack. */
export const status: Command = {
  options: { 'max-delay': { type: 'string' }, ...TARGET_OPTIONS, json: { type: 'boolean' } },
  help: `Usage: millrace status [options]

Shows the state of a stack: each stream's shards with their watermarks, the lag of the watermarks behind the clock, and the
numbers of events, late events, dead letters and duplicates; and for each view, up to when its results are final.

A stack is unhealthy if a stream has no shard yet, if the circuit breaker refuses a shard's batches, or if a window that ended
longer ago than --max-delay (plus its allowed lateness) is not final yet: then a shard or the merge is stuck. Lag alone is not
a problem: it grows while no events arrive.

  --max-delay LENGTH   default "${DEFAULT_MAX_DELAY}"
${TARGET_HELP}
  --json               prints one JSON object

Exit code: 0 healthy, ${UNHEALTHY} unhealthy, 1 the stack did not answer, 2 invalid arguments.
Example: millrace status --stack millrace-shop || echo look at it
`,
  async run(given, terminal) {
    if (given.positionals.length > 0) throw new UsageError(`unexpected argument "${given.positionals[0]}": there are no arguments`);
    const maxDelay = parseDuration(text(given, 'max-delay') ?? DEFAULT_MAX_DELAY);
    if (maxDelay < 0) throw new UsageError('--max-delay must be a duration of at least 0');
    const target = await openTarget(given);
    const options = { signal: terminal.interrupted };
    const health = await asking(target, () => target.client.health(options));
    const problems = await asking(target, () => findProblems(target.client, health, maxDelay, terminal.interrupted));
    await terminal.out(
      flag(given, 'json') ? `${JSON.stringify(asJson(target.url, health, problems))}\n` : told(target.url, health, problems),
    );
    return problems.length === 0 ? 0 : UNHEALTHY;
  },
};

function asJson(url: string, health: Health, problems: readonly string[]): Record<string, unknown> {
  return {
    application: health.application,
    url,
    now: health.now,
    healthy: problems.length === 0,
    problems,
    streams: health.streams.map(({ stream, watermark, shards, views }) => ({
      stream,
      watermark,
      lag_ms: lagOf(health, watermark) ?? null,
      events: sum(shards, 'events'),
      late: sum(shards, 'late'),
      dead: sum(shards, 'dead'),
      duplicates: sum(shards, 'duplicates'),
      shards: shards.map((shard) => ({
        shard: shard.shard,
        watermark: shard.watermark,
        lag_ms: lagOf(health, shard.watermark) ?? null,
        events: shard.events,
        late: shard.late,
        dead: shard.dead,
        duplicates: shard.duplicates,
        last_arrival: shard.lastArrival,
        ended: shard.ended,
        breaker: breakerBody(shard.breaker),
      })),
      views: views.map(({ view, mergedThrough }) => ({ view, merged_through: mergedThrough })),
    })),
  };
}

function told(url: string, health: Health, problems: readonly string[]): string {
  const parts = health.streams.map(({ stream, watermark, shards, views }) => {
    const duplicates = sum(shards, 'duplicates');
    const leftOut = duplicates > 0 ? `, ${duplicates} duplicates` : '';
    const counts = `${sum(shards, 'events')} events, ${sum(shards, 'late')} late, ${sum(shards, 'dead')} dead${leftOut}`;
    const rows = shards.map((shard) => ({
      shard: shard.shard,
      watermark: shard.watermark ?? 'none yet',
      lag: shard.ended ? 'ended' : lagText(lagOf(health, shard.watermark)),
      events: shard.events,
      late: shard.late,
      dead: shard.dead,
      ...(duplicates > 0 && { duplicates: shard.duplicates }),
      'last arrival': shard.lastArrival ?? 'none yet',
    }));
    const merged = views.map(({ view, mergedThrough }) => ({ view, 'merged through': mergedThrough ?? 'nothing yet' }));
    const tables = [rows, merged]
      .filter((table) => table.length > 0)
      .map((table) => new Table(Object.keys(table[0] as object)).lines(table));
    return `stream ${stream}: ${counts}; watermark ${watermark ?? 'none yet'}, lag ${lagText(lagOf(health, watermark))}\n${tables.join('\n')}`;
  });
  const verdict = problems.length === 0 ? 'healthy\n' : problems.map((problem) => `unhealthy: ${problem}\n`).join('');
  return [`application ${health.application} at ${url}, ${health.now}\n`, ...parts, verdict].join('\n');
}

/** How far event time is behind the clock, in milliseconds; `undefined` before the first event. */
function lagOf({ now }: Health, watermark: string | null): number | undefined {
  return watermark === null ? undefined : Math.max(0, Date.parse(now) - Date.parse(watermark));
}

function lagText(lag: number | undefined): string {
  if (lag === undefined) return 'unknown';
  return lag < 60_000 ? `${(lag / 1000).toFixed(1)} s` : formatDuration(Math.floor(lag / 1000) * 1000);
}

function sum(shards: Health['streams'][number]['shards'], name: 'events' | 'late' | 'dead' | 'duplicates'): number {
  return shards.reduce((total, shard) => total + shard[name], 0);
}
