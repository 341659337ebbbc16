declare module 'kinesalite' {
  import type { Server } from 'node:http';

  interface KinesaliteOptions {
    /** milliseconds streams stay CREATING, DELETING, UPDATING; default 500 */
    createStreamMs?: number;
    deleteStreamMs?: number;
    updateStreamMs?: number;
    /** open shards of all streams together; default 10 */
    shardLimit?: number;
  }

  /** Makes a server that speaks Kinesis' protocol once it listens. Its `close` closes the store as well. */
  export default function kinesalite(options?: KinesaliteOptions): Server;
}
