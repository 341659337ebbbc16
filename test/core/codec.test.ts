import { expect, it } from 'vitest';
import { type Codec, decode, encode, growing, list, text, varuint } from '../../lib/core/codec.ts';
import { FORMAT } from '../../lib/core/stored.ts';

interface Before {
  readonly n: number;
}
interface Now extends Before {
  readonly names?: readonly string[];
  readonly size?: number | undefined;
}
const before: Codec<Before> = growing({ n: varuint }, {});
const now: Codec<Now> = growing<Before, Omit<Now, 'n'>>(
  { n: varuint },
  { names: { number: 1, codec: list(text) }, size: { number: 7, codec: varuint } },
);

it('a record that gains a field writes and reads as before where it is not there', () => {
  for (const value of [{ n: 5 }, { n: 5, names: [] }, { n: 5, size: undefined }]) {
    const bytes = encode(now, value, 16);
    expect(bytes).toEqual(encode(before, { n: 5 }, 16));
    expect(decode(now, bytes, 'ITEM 7')).toEqual({ n: 5 });
  }
});

it('a record comes back with the fields it has gained, and is refused by code that does not know them', () => {
  for (const value of [
    { n: 5, names: ['a', ''] },
    { n: 5, size: 0 },
    { n: 0, names: ['b'], size: 300 },
  ]) {
    const bytes = encode(now, value, 16);
    expect(decode(now, bytes, 'ITEM 7')).toEqual(value);
    expect(() => decode(before, bytes, 'ITEM 7')).toThrow(/^ITEM 7 was written by a newer Millrace: it has a field [17] /);
  }
});

it('what another format wrote is refused when it is newer than this one, or older than any that is read', () => {
  for (const [format, age] of [
    [FORMAT + 1, 'a newer'],
    [255, 'a newer'],
    [2, 'an older'],
    [0, 'an older'],
  ] as const) {
    const bytes = encode(before, { n: 5 }, 16);
    bytes[0] = format;
    expect(() => decode(before, bytes, 'ITEM 7')).toThrow(
      `ITEM 7 was written by ${age} Millrace (format ${format}, this one reads 3 to ${FORMAT})`,
    );
  }
});
