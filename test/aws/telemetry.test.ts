import { afterEach, describe, expect, it, vi } from 'vitest';
import { createTelemetry } from '../../lib/aws/telemetry.ts';

afterEach(() => vi.restoreAllMocks());

function written(work: () => void): Record<string, unknown>[] {
  const lines: string[] = [];
  const keep = (text: string | Uint8Array) => lines.push(String(text)) > 0;
  vi.spyOn(process.stdout, 'write').mockImplementation(keep as typeof process.stdout.write);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep as typeof process.stderr.write);
  work();
  vi.restoreAllMocks();
  return lines.map((line) => JSON.parse(line));
}

describe('createTelemetry', () => {
  it('writes one line of embedded metrics per batch, with exactly the dimensions application and stream', () => {
    const lines = written(() => {
      const telemetry = createTelemetry('shop');
      telemetry.measure('clicks', { Events: 3, Freshness: 12 });
      telemetry.measure('orders', { ReadUnits: 0.5 });
      telemetry.measure(undefined, { ReadUnits: 1 });
    });
    const [clicks, orders, query] = lines;
    expect(clicks).toMatchObject({
      application: 'shop',
      stream: 'clicks',
      Events: 3,
      Freshness: 12,
      _aws: {
        CloudWatchMetrics: [
          {
            Namespace: 'Millrace',
            Dimensions: [['application', 'stream']],
            Metrics: [
              { Name: 'Events', Unit: 'Count' },
              { Name: 'Freshness', Unit: 'Milliseconds' },
            ],
          },
        ],
      },
    });
    expect(orders).toMatchObject({ stream: 'orders', ReadUnits: 0.5 });
    expect(orders).not.toHaveProperty('Events');
    expect(query).toMatchObject({ _aws: { CloudWatchMetrics: [{ Dimensions: [['application']] }] } });
    expect(lines).toHaveLength(3);
  });

  it('writes errors with their message and cause', () => {
    const lines = written(() => {
      const telemetry = createTelemetry('shop');
      telemetry.warn('was not committed', new Error('too slow', { cause: new Error('a timeout') }));
      telemetry.error('was refused', 'a text');
    });
    expect(lines[0]).toMatchObject({ level: 'WARN', service: 'shop', message: 'was not committed', error: { message: 'too slow' } });
    expect(lines[1]).toMatchObject({ level: 'ERROR', error: { message: 'a text' } });
  });
});
