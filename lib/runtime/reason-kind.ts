/** The beginnings of Millrace's own reasons, up to where they quote the event. */
const KINDS =
  /^(?:not JSON|not UTF-8|not gzip|not CSV|not Avro|not protobuf|not of format '[a-z-]+'|the line does not match the pattern|decode failed|decode gave [a-z ]+|it is empty|the record is empty|gzip bomb|it holds more than \d+ events|aggregated by the KPL|KPL record|a text holds a lone surrogate|event time is \d+ ms ahead of its arrival|processing failed|processing it ended the process|wrong partition key|wrong shard|dedupe: the shard remembers \d+ ids|its values cannot be stored|validation failed|expected a JSON object|column "[^"]*": (?:expected [^,]*|event time))/;
/** The beginning of a schema's reasons: the column, then the text of the schema's author. */
const PATH = /^[\w.]{1,200}(?=: )/;

/**
 * Why an event is dead, without the parts of the reason that quote the event. The full reason is stored with the event, for people allowed
 * to read events; logs and errors have other readers.
 *
 * @example
 * ```ts
 * reasonKind('column "card": expected a whole number of 64 bits, got the text "4111…"'); // 'column "card": expected a whole number of 64 bits'
 * ```
 */
export function reasonKind(reason: string): string {
  const known = KINDS.exec(reason);
  if (known) return known[0];
  const path = PATH.exec(reason);
  return path ? `the schema refused "${path[0]}"` : 'the schema refused it';
}
