import { fromAttributes } from '../../../aws/dynamodb/attribute-value.ts';
import type { SimulatedTable } from '../dynamodb/table.ts';
import type { Folded } from '../oracle/fold.ts';
import type { Violations } from './violations.ts';

/** Compares the readable rows in the results table with the fold, once all is final: one for each key and window, with the fold's events. */
export function checkReadableRows(results: SimulatedTable, folded: Folded, violations: Violations): void {
  const items = results.all().map((item) => fromAttributes({ ...item }));
  for (const [view, rows] of folded.rows) {
    const there = items
      .filter(({ pk }) => pk.startsWith(`sim#${view}#row`))
      .map(({ window_start: start, window_end: end, ids }) => {
        return `${Date.parse(String(start))}/${Date.parse(String(end))} ${[...(ids as number[])].sort((a, b) => a - b).join()}`;
      });
    const wanted = Array.from(rows.values(), ({ start, end, values }) => `${start}/${end} ${(values.ids as number[]).join()}`).filter(
      (text) => !text.includes('Infinity'),
    );
    if (there.sort().join('; ') === wanted.sort().join('; ')) continue;
    violations.add(
      'readable rows',
      `${view}: ${there.filter((row) => !wanted.includes(row)).join('; ')} instead of ${wanted.filter((row) => !there.includes(row)).join('; ')}`,
    );
  }
}
