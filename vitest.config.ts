import { defineConfig } from 'vitest/config';

const LOCALSTACK = 'test/localstack/**/*.test.ts';
const CFN_LINT = 'test/cfn-lint/*.test.ts';

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'millrace',
          include: ['test/**/*.test.ts'],
          exclude: [LOCALSTACK, CFN_LINT],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { extends: true, test: { name: 'cfn-lint', include: [CFN_LINT], testTimeout: 300_000 } },
      {
        extends: true,
        test: {
          name: 'localstack',
          include: [LOCALSTACK],
          globalSetup: 'test/localstack/support/global-setup.ts',
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // Mostly they wait.
          maxWorkers: 3,
          // After everything else: it needs the machine's time for a container.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
