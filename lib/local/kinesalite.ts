import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type kinesalite from 'kinesalite';
import { parseSequence, type SequenceParts } from './kinesalite-sequence.ts';
import { LevelStore } from './level-store.ts';

const require = createRequire(import.meta.url);
const fromKinesalite = createRequire(require.resolve('kinesalite'));

/** the store directory of the server that is being created; in memory if absent */
let path: string | undefined;
let asked = false;

// kinesalite creates its in-memory store with memdown, and accepts no other store. Here memdown is replaced; kinesalite's own store on disk
// // is not used, see LevelStore.
const memdown = fromKinesalite('memdown') as () => object;
const loaded = fromKinesalite.cache[fromKinesalite.resolve('memdown')] as NodeJS.Module;
loaded.exports = () => {
  asked = true;
  return path === undefined ? memdown() : new LevelStore(path);
};
// Its own parser of sequence numbers takes as long as the rest of reading a record.
const sequences = fromKinesalite('./db') as { parseSequence(seq: string): SequenceParts };
const ownParse = sequences.parseSequence;
sequences.parseSequence = (seq) => parseSequence(seq, ownParse);
const create = require('kinesalite') as typeof kinesalite;

/**
 * Creates a Kinesis emulator whose streams are created and changed without delay.
 *
 * @param directory of its store, created if needed; in memory if absent
 * @param shardLimit maximum number of open shards of all streams
 */
export function createKinesalite(directory: string | undefined, shardLimit: number): Server {
  path = directory;
  asked = false;
  const server = create({ createStreamMs: 0, deleteStreamMs: 0, updateStreamMs: 0, shardLimit });
  if (!asked) throw new Error('kinesalite did not use this store: it may have been loaded before');
  return server;
}
