import { type Folded, fold } from './oracle/fold.ts';
import type { WindowSpec } from './oracle/spec.ts';
import type { Parts } from './parts.ts';
import type { Scenario } from './scenario/scenario.ts';

const SECOND = 1000;

/** The expected rows according to the current logs. */
export function foldNow({ scenario, stream, ledger }: Parts): Folded {
  const broken = brokenVersions(scenario);
  const tasks = Array.from(stream.shards.values(), ({ id, parents, from, to, records }) => ({
    shard: id,
    parents,
    range: { from, to },
    records,
    entries: (ledger.logs.get(id) ?? []).map(({ kind, last, watermark, version }) => ({
      kind,
      last,
      watermark,
      broken: broken.has(version),
    })),
  }));
  return fold(scenario.application, tasks, scenario.clockSkew);
}

/** Describes what is not committed or not final; `undefined` if everything is. */
export function unsettled({ stream, ledger, scenario }: Parts, folded: Folded): string | undefined {
  for (const { id, records, closedAt } of stream.shards.values()) {
    const taken = ledger.lastTaken(id);
    const left = records.filter(({ sequence }) => taken === '' || BigInt(sequence) > BigInt(taken));
    if (left.length > 0) return `${left.length} records of ${id} from ${left[0]?.sequence} on are not taken`;
    if (closedAt !== undefined && ledger.logs.get(id)?.at(-1)?.kind !== 'end') return `${id} is closed and has not ended`;
  }
  for (const { name, lateness, window } of scenario.application.views) {
    const through = ledger.mergedThrough.get(name) ?? Number.NEGATIVE_INFINITY;
    for (const [pane, { end }] of folded.rows.get(name) ?? []) {
      if (Number.isFinite(end) && finalAt(window, end) + lateness > through)
        return `${name} ${pane} is not final: merged through ${through}`;
    }
  }
  return undefined;
}

/** The boundary from which on a window is final: that of unaligned windows moves in steps, see docs/decisions/0011-unaligned-windows.md. */
function finalAt(spec: WindowSpec, end: number): number {
  if (spec.kind !== 'session' && spec.kind !== 'stagger') return end;
  const step = Math.max(10 * SECOND, (spec.kind === 'session' ? spec.gap : spec.size) / 8);
  // An event exactly at a session's end extends it.
  return (Math.floor((spec.kind === 'session' ? end : end - 1) / step) + 1) * step;
}

/** The versions that fail on every event, or do not start. */
export function brokenVersions({ actions }: Scenario): ReadonlySet<string> {
  return new Set(actions.flatMap((action) => (action.do === 'deploy' && action.broken !== 'no' ? action.version : [])));
}
