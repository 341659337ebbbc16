import { el, fill } from '../dom.ts';
import type { Snapshot } from '../load.ts';
import { isLocal } from '../selection.ts';
import { statsOf, streamsOf } from '../stats.ts';

/** What to do while a view has no rows. */
export class FirstPanel {
  readonly element = el('section', { class: 'panel wide first', hidden: true });

  show({ top, view, health }: Snapshot): void {
    this.element.hidden = top.length > 0;
    if (this.element.hidden) return;
    const stream = streamsOf(health, view)[0]?.stream ?? '';
    const { events } = statsOf(health, view, undefined);
    const came =
      events === 0
        ? `Put the first record into the stream “${stream}”: its row is here with the next batch.`
        : `${events} events were taken, and none of them has a window here: they were filtered, late or dead. “millrace why” tells what becomes of an event.`;
    const hint = isLocal(location.hostname)
      ? 'millrace dev printed this command with its own endpoint and an event that fits.'
      : `The names of the streams are among the outputs of cdk deploy, should “${stream}” have another there.`;
    fill(
      this.element,
      el('h2', {}, events === 0 ? 'Nothing has come yet' : 'No rows yet'),
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
