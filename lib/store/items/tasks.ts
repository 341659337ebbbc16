import { MillraceError } from '../../core/errors.ts';
import { ALONE, BOUNDARY_PREFIX } from '../../core/stored.ts';
import type { MergeNotes, NotedRefusal, RegisteredTask, StreamProgress, TaskId, TaskStage, TaskStore } from '../ports.ts';
import { timeToLive } from './body.ts';
import type { Item, Key } from './item.ts';
import type { ItemTable } from './item-table.ts';
import { streamPartition, taskPartition } from './keys.ts';

/** Tasks: per stream, a partition of shards, one item for its progress with an attribute per view, one item for its merges, and the attempts. */
export function tableTasks(table: ItemTable): TaskStore {
  return {
    async register(task) {
      await table.put({ pk: streamPartition(task, 'tasks'), sk: task.shard });
    },

    async list(stream) {
      const items = await table.query({ pk: streamPartition(stream, 'tasks'), consistent: true });
      return items.map(({ sk }) => sk).sort();
    },

    async registered(stream) {
      const items = await table.query({ pk: streamPartition(stream, 'tasks'), consistent: true });
      return items.map(registeredTask).sort((a, b) => (a.shard < b.shard ? -1 : 1));
    },

    async mark(stream, { shard, stage, watermark, views }) {
      const where = Number.isFinite(watermark) ? { watermark } : {};
      await table.update({ pk: streamPartition(stream, 'tasks'), sk: shard }, { set: { stage, views, ...where }, when: 'exists' });
    },

    async claimSweep(stream, now, every) {
      const change = { set: { swept_at: now }, when: { attribute: 'swept_at', below: now - every } };
      return (await table.update(mergeKey(stream), change)) !== undefined;
    },

    async progress(stream, options): Promise<StreamProgress> {
      const item = await table.get(progressKey(stream), options?.consistent ?? false);
      const merged = Object.entries(item ?? {}).filter(([name]) => name.startsWith(BOUNDARY_PREFIX));
      return {
        ...(typeof item?.identity === 'string' && { identity: item.identity }),
        listed: item?.listed === true,
        mergedThrough: new Map(merged.map(([name, watermark]) => [name.slice(BOUNDARY_PREFIX.length), Number(watermark)])),
      };
    },

    async setListed(stream) {
      await table.update(progressKey(stream), { set: { listed: true } });
    },

    async setIdentity(stream, identity) {
      await table.update(progressKey(stream), { set: { identity } });
    },

    async raiseMergedThrough(stream, view, watermark) {
      if (watermark === Number.NEGATIVE_INFINITY) return false;
      if (!Number.isFinite(watermark)) {
        throw new MillraceError('argument', `view "${view}" cannot be merged through ${watermark}: pass an instant in milliseconds`);
      }
      const attribute = BOUNDARY_PREFIX + view;
      const change = { set: { [attribute]: watermark }, when: { attribute, below: watermark } };
      return (await table.update(progressKey(stream), change)) !== undefined;
    },

    async mergeNotes(stream) {
      return notesOf(await table.get(mergeKey(stream), true));
    },

    async takeMergeLease(stream, now, until) {
      const change = { set: { until }, add: { attribute: 'taken', by: 1 }, when: { attribute: 'until', below: now } };
      const item = await table.update(mergeKey(stream), change);
      return item && { number: Number(item.taken), notes: notesOf(item), cutOff: Number(item.taken) - Number(item.ended ?? 0) > 1 };
    },

    async keepMergeLease(stream, number, until) {
      return (await table.update(mergeKey(stream), { set: { until }, when: { attribute: 'taken', is: number } })) !== undefined;
    },

    async endMergeLease(stream, number, notes) {
      const { heldBackBy, through, scope } = notes ?? NO_NOTES;
      // There is no number for the time before all events.
      const said = Number.isFinite(through) ? { through, scope } : { scope: '' };
      const set = { until: 0, held_back_by: heldBackBy, ...said, ...(notes && { ended: number }) };
      return (await table.update(mergeKey(stream), { set, when: { attribute: 'taken', is: number } })) !== undefined;
    },

    async countAttempt(task, sequence, expiresAt) {
      const key = { pk: taskPartition(task, 'attempt', sequence), sk: ALONE };
      const item = await table.update(key, { add: { attribute: 'attempts', by: 1 }, set: timeToLive(expiresAt) });
      return Number(item?.attempts) - 1;
    },

    async noteRefusal(task, { after, at, version, reason }) {
      const key = { pk: streamPartition(task, 'tasks'), sk: task.shard };
      const newest = { refused_at: at, refused_by: version, refused_for: reason };
      // At the same place the task has stood still since the first refusal, by whichever version.
      const again = await table.update(key, { set: newest, when: { attribute: 'refused_after', is: after } });
      if (!again) await table.update(key, { set: { ...newest, refused_after: after, refused_since: at }, when: 'exists' });
    },

    async refusals(stream) {
      const items = await table.query({ pk: streamPartition(stream, 'tasks'), consistent: false });
      return new Map(items.flatMap((item) => (item.refused_after === undefined ? [] : [[item.sk, notedRefusal(item)] as const])));
    },
  };
}

const STAGES: readonly TaskStage[] = ['registered', 'begun', 'ended', 'done'];

function registeredTask({ sk: shard, stage, watermark, views = '' }: Item): RegisteredTask {
  return {
    shard,
    // Stages of later releases are treated as unknown.
    stage: STAGES.find((known) => known === stage) ?? 'registered',
    watermark: typeof watermark === 'number' ? watermark : Number.NEGATIVE_INFINITY,
    views: String(views),
  };
}

function notedRefusal(item: Item): NotedRefusal {
  return {
    after: String(item.refused_after),
    since: Number(item.refused_since),
    at: Number(item.refused_at),
    version: String(item.refused_by),
    reason: String(item.refused_for),
  };
}

/** The notes that allow every task to ask for a merge. */
const NO_NOTES: MergeNotes = { heldBackBy: '', through: Number.NEGATIVE_INFINITY, scope: '' };

function notesOf(item: Item | undefined): MergeNotes {
  if (!item) return NO_NOTES;
  const { held_back_by: heldBackBy = '', scope = '', through } = item;
  if (scope === '' || through === undefined) return { ...NO_NOTES, heldBackBy: String(heldBackBy) };
  return { heldBackBy: String(heldBackBy), through: Number(through), scope: String(scope) };
}

function mergeKey(stream: Omit<TaskId, 'shard'>): Key {
  return { pk: streamPartition(stream, 'merge'), sk: ALONE };
}

function progressKey(stream: Omit<TaskId, 'shard'>): Key {
  return { pk: streamPartition(stream, 'progress'), sk: ALONE };
}
