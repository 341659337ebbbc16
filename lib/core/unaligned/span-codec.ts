import { above, type Codec, column, columns, number, text } from '../codec.ts';
import { readPanes, writePanes } from '../pane-codec.ts';
import type { ViewSpec } from '../view.ts';
import type { Span } from '../windows/session.ts';

/** A span of a key's events. */
export interface KeySpan extends Span {
  readonly key: string;
}

type Bounds = { key: string; start: number; end: number; reach: number };

/** Spans without their panes, column by column. */
const bounds = columns<Bounds>(
  { key: column('key', text), start: column('start', number), end: above('end', 'start'), reach: above('reach', 'start') },
  4,
);

/** Spans and, behind them, the states of one aggregate after the other. */
export function spansCodec(view: ViewSpec): Codec<readonly KeySpan[]> {
  return {
    write: (spans, out) => {
      bounds.write(spans, out);
      writePanes(
        view,
        spans.map(({ pane }) => pane),
        out,
      );
    },
    read: (input) => {
      const spans = bounds.read(input);
      const panes = readPanes(view, spans.length, input);
      return spans.map((span, i) => ({ ...span, pane: panes[i] as unknown[] }));
    },
  };
}
