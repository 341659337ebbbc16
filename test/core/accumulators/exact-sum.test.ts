import { expect, it } from 'vitest';
import { ExactSum } from '../../../lib/core/accumulators/exact-sum.ts';
import { ByteReader, ByteWriter } from '../../../lib/core/bytes.ts';

it('refuses parts whose sum would be beyond the doubles: nothing would end the search for its remainder', () => {
  const out = new ByteWriter();
  out.byte(2);
  out.double(Number.MAX_VALUE);
  out.number(Number.MAX_VALUE);
  expect(() => ExactSum.read(new ByteReader(out.finish(), 'a sum'))).toThrow('out of range');
});
