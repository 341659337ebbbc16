import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type kinesalite from 'kinesalite';
import { parseSequence, type SequenceParts } from './kinesalite-sequence.ts';
import { LevelStore } from './level-store.ts';

const require = createRequire(import.meta.url);
const fromKinesalite = createRequire(require.resolve('kinesalite'));

/** where the store of the server being made is; without, in memory */
let path: string | undefined;
let asked = false;

// kinesalite makes its store in memory by memdown, and takes none from outside. It asks here instead; its own store on disk
// is not used, see LevelStore.
const memdown = fromKinesalite('memdown') as () => object;
const loaded = fromKinesalite.cache[fromKinesalite.resolve('memdown')] as NodeJS.Module;
loaded.exports = () => {
  asked = true;
  return path === undefined ? memdown() : new LevelStore(path);
};
// Its own parser of sequence numbers takes as long as all else that reading a record takes.
const sequences = fromKinesalite('./db') as { parseSequence(seq: string): SequenceParts };
const ownParse = sequences.parseSequence;
sequences.parseSequence = (seq) => parseSequence(seq, ownParse);
const create = require('kinesalite') as typeof kinesalite;

/**
 * Makes a Kinesis emulator whose streams are made and changed at once.
 *
 * @param directory of its store, made if need be; without, in memory
 * @param shardLimit open shards of all streams together
 */
export function createKinesalite(directory: string | undefined, shardLimit: number): Server {
  path = directory;
  asked = false;
  const server = create({ createStreamMs: 0, deleteStreamMs: 0, updateStreamMs: 0, shardLimit });
  if (!asked) throw new Error('kinesalite did not take its store from here: was it loaded before?');
  return server;
}
