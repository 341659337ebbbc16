declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** directory of the LevelDB store; without, in memory */
    path?: string;
    /** how long tables stay CREATING, DELETING or UPDATING, in milliseconds; default 500 */
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
    /** default 400 */
    maxItemSizeKb?: number;
  }

  /** Creates a server for DynamoDB's protocol. Its `close` also closes the store. */
  export default function dynalite(options?: DynaliteOptions): Server;
}
