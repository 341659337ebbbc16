declare module 'kinesalite' {
  import type { Server } from 'node:http';

  interface KinesaliteOptions {
    /** how long streams stay CREATING, DELETING or UPDATING, in milliseconds; default 500 */
    createStreamMs?: number;
    deleteStreamMs?: number;
    updateStreamMs?: number;
    /** maximum number of open shards of all streams; default 10 */
    shardLimit?: number;
  }

  /** Creates a server for Kinesis' protocol. Its `close` also closes the store. */
  export default function kinesalite(options?: KinesaliteOptions): Server;
}
