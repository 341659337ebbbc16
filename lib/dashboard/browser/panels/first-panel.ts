import { el, fill } from '../dom.ts';
import type { Snapshot } from '../load.ts';
import { isLocal } from '../selection.ts';
import { statsOf, streamsOf } from '../stats.ts';

/** Instructions while a view has no rows. */
export class FirstPanel {
  readonly element = el('section', { class: 'panel wide first', hidden: true });

  show({ top, view, health }: Snapshot): void {
    this.element.hidden = top.length > 0;
    if (this.element.hidden) return;
    const stream = streamsOf(health, view)[0]?.stream ?? '';
    const { events } = statsOf(health, view, undefined);
    const came =
      events === 0
        ? `Put the first record into the stream “${stream}”. Its row appears with the next batch.`
        : `${events} events were processed, and none of them has a window here: they were filtered out, late, or dead letters. “millrace why” explains what happens to an event.`;
    const hint = isLocal(location.hostname)
      ? 'millrace dev printed this command with its own endpoint and an event that fits.'
      : `If the Kinesis stream of “${stream}” has another name, the outputs of cdk deploy show it.`;
    fill(
      this.element,
      el('h2', {}, events === 0 ? 'No events yet' : 'No rows yet'),
      el('p', {}, came),
      el(
        'pre',
        { tabindex: 0 },
        `aws kinesis put-record --stream-name ${stream} --partition-key 1 \\\n  --cli-binary-format raw-in-base64-out --data '{…}'`,
      ),
      el('p', { class: 'hint' }, hint),
    );
  }
}
