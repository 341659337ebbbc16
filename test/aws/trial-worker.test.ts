import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { decodeRecords } from '../../lib/aws/kinesis/decode-records.ts';
import { trialOfFile } from '../../lib/aws/trial-entry.ts';
import { createTrialWorker, serveTrial, type TrialWorkerOptions } from '../../lib/aws/trial-worker.ts';
import application from './fixtures/clicks-application.ts';
import { kinesisRecord } from './kinesis/records.ts';

const ofFile = trialOfFile(fileURLToPath(new URL('./fixtures/clicks-application.ts', import.meta.url)));

function tried(payload: string, options: Partial<TrialWorkerOptions> = {}) {
  const [record] = decodeRecords([kinesisRecord(payload)]);
  if (!record) throw new Error('no record');
  return createTrialWorker({ ...ofFile, heapMegabytes: 64, timeout: 60_000, ...options })('clicks', record);
}
const click = (page: string) => JSON.stringify({ page, ms: 1, at: '2026-01-01T00:00:00Z' });

describe('createTrialWorker', () => {
  it.each([
    ['an event', click('/a')],
    ['an event that makes the application throw', click('/throw')],
    ['an event that is none', '{"page":1}'],
    ['what is not JSON', '{'],
    ['more bad events than the breaker lets through', JSON.stringify(Array(500).fill({}))],
  ])('%s survives', async (_, payload) => {
    expect(await tried(payload)).toBe('survives');
  });

  it('dies of an event that takes all memory', async () => {
    expect(await tried(click('/fill'))).toBe('dies');
  });

  it('dies of an event that never returns', async () => {
    expect(await tried(click('/loop'), { timeout: 200 })).toBe('dies');
  });

  it('dies of an event that ends the process, and that in an array too', async () => {
    expect(await tried(`[${click('/a')},${click('/exit')}]`)).toBe('dies');
  });

  it('does not blame a record for a worker that does not come up', async () => {
    const warn = vi.fn();
    const broken = new URL('./fixtures/trial-entry-broken.ts', import.meta.url);
    expect(await tried(click('/loop'), { entry: broken, warn })).toBe('survives');
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.any(String), expect.objectContaining({ message: 'this module cannot be loaded' }));
  });
});

describe('serveTrial', () => {
  it('does nothing where no trial was asked for', async () => {
    await expect(serveTrial(application)).resolves.toBeUndefined();
  });
});
