import type { Store } from '../ports.ts';
import { tableCheckpoints } from './checkpoints.ts';
import type { ItemTable } from './item-table.ts';
import { tableLog } from './log.ts';
import { tableResults } from './results.ts';
import { tableTasks } from './tasks.ts';

/**
 * A store on two tables of items, in memory or on DynamoDB: both share the items, their keys and the conditions of
 * writes.
 *
 * @param tables `state`: logs, checkpoints and tasks; `results`: windows, pages and rows
 */
export function createTableStore(tables: { readonly state: ItemTable; readonly results: ItemTable }): Store {
  const { state, results } = tables;
  return {
    metered: (meter) => createTableStore({ state: state.metered(meter), results: results.metered(meter) }),
    log: tableLog(state),
    checkpoints: tableCheckpoints(state),
    tasks: tableTasks(state),
    results: tableResults(results),
  };
}
