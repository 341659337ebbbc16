import { MillraceError } from '../../core/errors.ts';
import type { HandlerShards } from './prepare.ts';

/** Queries read committed data and never a stream: their functions may not have the permission to. */
export const noShards: HandlerShards = {
  list: () => Promise.reject(noStream()),
  probe: () => Promise.reject(noStream()),
};

function noStream(): MillraceError {
  return new MillraceError('unavailable', 'queries do not read streams');
}
