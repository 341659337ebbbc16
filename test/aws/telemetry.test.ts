import { Readable } from 'node:stream';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createTelemetry } from '../../lib/aws/telemetry.ts';
import { MillraceError } from '../../lib/core/errors.ts';

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

  it('writes nothing of an error of the SDK but its name, message and stack: no credentials, headers or bodies', async () => {
    const secrets = { accessKeyId: 'AKIASECRETSECRETSECR', secretAccessKey: 'SECRET/key', sessionToken: 'SECRET-token' };
    const requestHandler = {
      handle: async ({ headers, body }: { headers: Record<string, string>; body: unknown }) => {
        // What was sent comes back with the error, as some proxies have it.
        const response = {
          statusCode: 400,
          headers: { ...headers, 'content-type': 'application/x-amz-json-1.0' },
          body: Readable.from([`{"__type":"ValidationException","message":"no","sent":${JSON.stringify(String(body))}}`]),
        };
        return { response };
      },
    };
    const client = new DynamoDBClient({
      region: 'us-east-1',
      credentials: secrets,
      requestHandler: requestHandler as never,
      maxAttempts: 1,
    });
    const command = new PutItemCommand({ TableName: 'shop', Item: { pk: { S: 'SECRET of an event' } } });
    const error: unknown = await client.send(command).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    const lines = written(() => {
      const telemetry = createTelemetry('shop');
      telemetry.error('was refused', error);
      telemetry.warn('was not committed', new MillraceError('unavailable', 'PutItem did not succeed', { cause: error }));
    });
    expect(lines).toHaveLength(2);
    expect(JSON.stringify(lines)).toContain('ValidationException');
    expect(JSON.stringify(lines)).not.toMatch(/SECRET|AKIA|AWS4-HMAC/);
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
