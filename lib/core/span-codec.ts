import type { ByteReader, ByteWriter } from './bytes.ts';
import type { KeySpan } from './entry.ts';
import type { ViewSpec } from './view.ts';

/** Writes spans column by column: keys, starts, lengths, reaches, then the states of one aggregate after the other. */
export function writeSpans(out: ByteWriter, spans: readonly KeySpan[], view: ViewSpec): void {
  out.varuint(spans.length);
  for (const { key } of spans) out.text(key);
  for (const { start } of spans) out.number(start);
  for (const { start, end } of spans) out.varuint(end - start);
  for (const { start, reach } of spans) out.varuint(reach - start);
  view.aggregates.forEach(({ accumulator }, i) => {
    for (const { pane } of spans) accumulator.write(pane[i], out);
  });
}

/** Reads what {@link writeSpans} wrote. */
export function readSpans(input: ByteReader, view: ViewSpec): KeySpan[] {
  const count = input.count();
  const column = <T>(read: () => T): T[] => Array.from({ length: count }, read);
  const keys = column(() => input.text());
  const starts = column(() => input.number());
  const lengths = column(() => input.varuint());
  const reaches = column(() => input.varuint());
  const panes = column((): unknown[] => []);
  for (const { accumulator } of view.aggregates) for (const pane of panes) pane.push(accumulator.read(input));
  return keys.map((key, i) => {
    const start = starts[i] as number;
    return { key, start, end: start + (lengths[i] as number), reach: start + (reaches[i] as number), pane: panes[i] as unknown[] };
  });
}
