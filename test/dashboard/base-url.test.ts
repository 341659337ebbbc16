import { describe, expect, it } from 'vitest';
import { baseUrl } from '../../lib/dashboard/browser/base-url.ts';

describe('the API', () => {
  it.each([
    ['http://127.0.0.1:8080/#view=v', 'http://127.0.0.1:8080'],
    ['https://x1.example/live/?a=b#view=v', 'https://x1.example/live'],
    ['https://x1.example/live', 'https://x1.example/live'],
  ])('of the page at %s is at %s', (page, url) => {
    expect(baseUrl(page)).toBe(url);
  });
});
