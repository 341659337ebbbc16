import { decodeRecords } from '../aws/kinesis/decode-records.ts';
import { type RecordedRecord, readRecorded } from '../aws/kinesis/recorded.ts';
import { csv } from '../formats/csv.ts';
import { decodePayload } from '../formats/decode-payload.ts';
import type { FileFormat, Part } from '../formats/format.ts';
import { JoinedJson } from '../formats/json/joined-json.ts';
import { textValues } from '../formats/text-values.ts';
import type { StreamPlan } from '../plan/plan.ts';
import { partitionKeyOf } from '../runtime/decoded-record.ts';

/** What a line of a file holds. */
export interface LineContent {
  readonly parts: readonly Part[];
  /** when it reached the stream, where the file says so */
  readonly arrival?: number;
  /** the partition key of a part, where the file says so */
  readonly partitionKey?: (part: number) => string | undefined;
}

/** Reads the lines of one file, in order; blank ones are not among them. */
export interface LineDecoder {
  (lines: readonly Uint8Array[]): readonly LineContent[];
  /** Gives what lines began and none ended, once the file has ended. */
  readonly end?: () => readonly LineContent[];
}

const LINE_FEED = Buffer.from('\n');

/**
 * Tells how a file's lines are read: as records of the stream's format, as CSV with a header where the file is called so, or as `millrace record`
 * has written them.
 */
export function lineDecoder(file: string, stream: StreamPlan): LineDecoder {
  const { format } = stream;
  const separated = /\.(csv|tsv)(\.gz)?$/i.exec(file);
  if (separated && format?.name !== 'csv') {
    const lines = csv({ header: true, delimiter: separated[1]?.toLowerCase() === 'tsv' ? '\t' : ',' }).inFile?.() as FileFormat;
    const read = textValues(stream.columns);
    return valued(inOrder(lines), read);
  }
  const own: LineDecoder = format?.inFile ? inOrder(format.inFile()) : ownDecoder(stream);
  const recorded = recordedDecoder(stream);
  let decode: LineDecoder | undefined;
  const decodeLines = (lines: readonly Uint8Array[]): readonly LineContent[] => {
    if (lines[0] === undefined) return [];
    decode ??= readRecorded(lines[0]) ? recorded : own;
    return decode(lines);
  };
  return Object.assign(decodeLines, { end: () => decode?.end?.() ?? [] });
}

/** A line is a payload, as a record has one. */
function ownDecoder({ format }: StreamPlan): LineDecoder {
  if (format) return (lines) => lines.map((line) => ({ parts: decodePayload(line, format).parts }));
  return (lines) => {
    const joined = new JoinedJson(
      lines.reduce((sum, line) => sum + line.length, 0),
      lines.length,
    );
    for (const line of lines) joined.addBytes(line);
    return joined.parse().map((parts) => ({ parts }));
  };
}

/** Lines that depend on those before. */
function inOrder({ decode, goesOn }: FileFormat): LineDecoder {
  let begun: Uint8Array[] = [];
  const end = (): LineContent[] => {
    if (begun.length === 0) return [];
    const whole = Buffer.concat(begun.flatMap((line, i) => (i === 0 ? [line] : [LINE_FEED, line])));
    begun = [];
    return [{ parts: decode(whole).parts }];
  };
  const decodeLines = (lines: readonly Uint8Array[]): LineContent[] =>
    lines.map((line) => {
      const isOpen = goesOn(line, begun.length > 0);
      begun.push(line);
      return isOpen ? { parts: [] } : (end()[0] as LineContent);
    });
  return Object.assign(decodeLines, { end });
}

function valued(decode: LineDecoder, read: (value: unknown) => unknown): LineDecoder {
  const valuedParts = ({ parts }: LineContent): LineContent => ({
    parts: parts.map((part) => ('reason' in part ? part : { value: read(part.value) })),
  });
  return Object.assign((lines: readonly Uint8Array[]) => decode(lines).map(valuedParts), {
    end: () => (decode.end?.() ?? []).map(valuedParts),
  });
}

function recordedDecoder({ aggregation, format }: StreamPlan): LineDecoder {
  return (lines) => {
    const read = lines.map((line) => readRecorded(line) ?? 'it is no line of a recording');
    const records = read.filter((record): record is RecordedRecord => typeof record !== 'string');
    const decoded: LineContent[] = [];
    // As many at once as fit: what records inflate to has a bound.
    for (let from = 0; from < records.length; ) {
      const some = decodeRecords(records.slice(from), { aggregation, format });
      decoded.push(
        ...some.map((record) => ({
          parts: record.parts,
          arrival: record.arrival,
          partitionKey: (part: number) => partitionKeyOf(record, part),
        })),
      );
      from += some.length;
    }
    let next = 0;
    return read.map((record) => (typeof record === 'string' ? { parts: [{ reason: record }] } : (decoded[next++] as LineContent)));
  };
}
