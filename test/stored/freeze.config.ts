import { defineConfig } from 'vitest/config';

/** `npm run freeze`: what it runs writes files, so it is no test. */
export default defineConfig({ test: { include: ['test/stored/freeze.ts'], testTimeout: 120_000 } });
