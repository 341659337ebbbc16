import type { ByteReader, ByteWriter } from './bytes.ts';
import type { ViewSpec } from './view.ts';

/** Writes panes: all states of the first aggregate, then all of the second. Their count is known where they are read. */
export function writePanes(view: ViewSpec, panes: readonly (readonly unknown[])[], out: ByteWriter): void {
  view.aggregates.forEach(({ accumulator }, i) => {
    for (const pane of panes) accumulator.write(pane[i], out);
  });
}

/** Reads what {@link writePanes} wrote. */
export function readPanes(view: ViewSpec, count: number, input: ByteReader): unknown[][] {
  const panes = Array.from({ length: count }, (): unknown[] => []);
  for (const { accumulator } of view.aggregates) for (const pane of panes) pane.push(accumulator.read(input));
  return panes;
}
