import { describe, expect, it } from 'vitest';
import { csv } from '../../lib/formats/csv.ts';
import { lineDecoder } from '../../lib/local/file-format.ts';
import type { StreamPlan } from '../../lib/plan/plan.ts';

/** What a file of two columns holds: read in lines, and as one payload. */
function bothWays(text: string) {
  const format = csv({ columns: ['a', 'b'] });
  const decode = lineDecoder('events', { format, columns: [] } as unknown as StreamPlan);
  const lines = text.split('\n').map((line) => Buffer.from(line));
  const inFile = [...decode(lines), ...(decode.end?.() ?? [])].flatMap(({ parts }) => parts);
  return { inFile, asPayload: format.decode(Buffer.from(text)).parts };
}

describe('a CSV file', () => {
  it.each([
    ['1,x\n2,y'],
    ['5" disk,x\n2,y\n3,z'],
    ['1,"x\ny"\n2,z'],
    ['1,"x ""y""\n""z"""\n2,z'],
    ['1,"x\n2,y\n3,z'],
    ['1,x\n2,"'],
    ['1,"x"y,"\n2,y\n3,z'],
    ['1,"x\ny"z,"\n2,y'],
    ['1,"",\n2,y'],
  ])('holds what a record of the same text does: %j', (text) => {
    const { inFile, asPayload } = bothWays(text);
    expect(inFile).toEqual(asPayload);
    expect(asPayload.length).toBeGreaterThan(0);
  });
});
