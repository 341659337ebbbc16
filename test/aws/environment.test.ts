import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../lib/aws/environment.ts';

const complete = {
  MILLRACE_STATE_TABLE: 'state',
  MILLRACE_RESULTS_TABLE: 'results',
  MILLRACE_STREAMS: '{"clicks":"prod-clicks","orders":"arn:aws:kinesis:us-east-1:123456789012:stream/orders"}',
  MILLRACE_MERGE_FUNCTION: 'merge',
  MILLRACE_VERSION: 'abc',
  MILLRACE_STARTING_POSITION: '2026-01-01T00:00:00Z',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
};

describe('readEnvironment', () => {
  it('reads everything', () => {
    expect(readEnvironment(complete)).toEqual({
      stateTable: 'state',
      resultsTable: 'results',
      streams: { clicks: 'prod-clicks', orders: 'arn:aws:kinesis:us-east-1:123456789012:stream/orders' },
      mergeFunction: 'merge',
      version: 'abc',
      startingPosition: { timestamp: 1_767_225_600_000 },
      memoryBytes: 1769 * 1024 * 1024,
    });
  });

  it('has defaults for what can have one', () => {
    expect(readEnvironment({ MILLRACE_STATE_TABLE: 's', MILLRACE_RESULTS_TABLE: 'r', MILLRACE_MERGE_FUNCTION: '' })).toEqual({
      stateTable: 's',
      resultsTable: 'r',
      streams: {},
      mergeFunction: undefined,
      version: '',
      startingPosition: 'TRIM_HORIZON',
    });
  });

  it.each([
    ['MILLRACE_STATE_TABLE', undefined],
    ['MILLRACE_STATE_TABLE', ''],
    ['MILLRACE_RESULTS_TABLE', undefined],
    ['MILLRACE_STREAMS', '{'],
    ['MILLRACE_STREAMS', '[]'],
    ['MILLRACE_STREAMS', 'null'],
    ['MILLRACE_STREAMS', '{"clicks":""}'],
    ['MILLRACE_STREAMS', '{"clicks":{"name":"x"}}'],
    ['MILLRACE_STARTING_POSITION', 'latest'],
  ])('names %s when it is %j', (name, value) => {
    expect(() => readEnvironment({ ...complete, [name]: value })).toThrow(
      expect.objectContaining({ code: 'argument', message: expect.stringContaining(name) }),
    );
  });
});
