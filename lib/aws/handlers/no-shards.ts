import { MillraceError } from '../../core/errors.ts';
import type { ShardSource } from '../../runtime/shard-source.ts';

/** Queries read committed data and never a stream: their functions may not have the permission to. */
export const noShards: ShardSource = {
  list: () => Promise.reject(noStream()),
  probe: () => Promise.reject(noStream()),
};

function noStream(): MillraceError {
  return new MillraceError('unavailable', 'queries do not read streams');
}
