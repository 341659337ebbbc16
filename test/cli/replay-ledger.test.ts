import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ReplayLedger, readLedger } from '../../lib/cli/replay-ledger.ts';

const directory = mkdtempSync(join(tmpdir(), 'millrace-ledger-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const file = (name: string): string => join(directory, name);

describe('the ledger of replays', () => {
  it('says what was noted last, in the next process too', () => {
    const ledger = ReplayLedger.open(file('a'));
    ledger.note(['x', 'y', 'z'], 'sending');
    ledger.note(['x'], 'put');
    ledger.note(['y'], 'refused');
    expect([ledger.state('x'), ledger.state('z'), ledger.state('w')]).toEqual(['put', 'sending', undefined]);
    ledger.close();
    expect(Object.fromEntries(readLedger(file('a')))).toEqual({ x: 'put', y: 'refused', z: 'sending' });
    expect(readLedger(file('none')).size).toBe(0);
  });

  it('is for one process at a time', () => {
    const ledger = ReplayLedger.open(file('b'));
    expect(() => ReplayLedger.open(file('b'))).toThrow(/b\.lock exists: another replay is running/);
    ledger.close();
    expect(existsSync(file('b.lock'))).toBe(false);
    ReplayLedger.open(file('b')).close();
  });

  it('cut anywhere, as by a process that is killed, holds every letter that may have been put', () => {
    const ledger = ReplayLedger.open(file('c'));
    ledger.note(['x', 'y'], 'sending');
    const sent = readFileSync(file('c')).length;
    ledger.note(['x', 'y'], 'put');
    ledger.close();
    const whole = readFileSync(file('c'), 'utf8');
    for (let length = sent; length <= whole.length; length++) {
      writeFileSync(file('d'), whole.slice(0, length));
      expect([...readLedger(file('d')).keys()]).toEqual(['x', 'y']);
      const next = ReplayLedger.open(file('d'));
      next.note(['z'], 'sending');
      next.close();
      expect([...readLedger(file('d')).keys()]).toEqual(['x', 'y', 'z']);
    }
  });

  it('is refused when it is something else', () => {
    writeFileSync(file('e'), '{"page":"/a"}\n');
    expect(() => ReplayLedger.open(file('e'))).toThrow(/e:1 is not a line of a ledger: choose another file with --ledger/);
    appendFileSync(file('e'), 'hello\n');
    expect(() => readLedger(file('e'))).toThrow(/e:1 is not a line/);
    expect(existsSync(file('e.lock'))).toBe(false);
    expect(() => ReplayLedger.open(file('no/such/directory'))).toThrow(/cannot be written: .*; choose another with --ledger/);
  });
});
