declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** directory of the LevelDB store; without, in memory */
    path?: string;
    /** milliseconds tables stay CREATING, DELETING, UPDATING; default 500 */
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
    /** default 400 */
    maxItemSizeKb?: number;
  }

  /** Makes a server that speaks DynamoDB's protocol once it listens. Its `close` closes the store as well. */
  export default function dynalite(options?: DynaliteOptions): Server;
}
