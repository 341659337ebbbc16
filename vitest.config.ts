import { defineConfig } from 'vitest/config';

const CFN_LINT = 'test/cfn-lint/*.test.ts';
const LOCALSTACK = 'test/localstack/**/*.test.ts';
/** What takes minutes; docs/testing.md says why each is here. */
const SLOW = ['test/load/*.test.ts', 'test/simulation/campaign.test.ts', 'test/soak/soak.test.ts'];
/** Neither servers nor processes. */
const UNIT = [
  'test/{compile,core,dsl,formats,plan,query,sql,types}/**/*.test.ts',
  'test/dashboard/*.test.ts',
  'test/simulation/mutations.test.ts',
  'test/soak/verdict.test.ts',
  'test/store/items/*.test.ts',
];
const BROWSER = ['test/dashboard/dashboard.test.ts', 'test/dashboard/use.test.ts'];
/** The functions and the API in this process, on a store in memory or DynamoDB Local. */
const PROTOCOL = ['test/{api,aws,client,conformance,runtime,simulation,testing}/**/*.test.ts'];

/** Of what comes to an end at all, milliseconds: a machine may be slow. */
const TIMEOUT = 120_000;

export default defineConfig({
  test: {
    globalSetup: 'test/support/temporary-files.ts',
    // By default one core is left idle.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        // Nothing here changes what is global, so that modules are loaded once a thread.
        test: {
          name: 'unit',
          include: UNIT,
          exclude: BROWSER,
          pool: 'threads',
          isolate: false,
          testTimeout: TIMEOUT,
          hookTimeout: TIMEOUT,
        },
      },
      {
        extends: true,
        test: {
          name: 'protocol',
          include: PROTOCOL,
          exclude: [...SLOW, ...UNIT],
          testTimeout: TIMEOUT,
          hookTimeout: TIMEOUT,
        },
      },
      {
        extends: true,
        test: {
          name: 'end-to-end',
          include: ['test/**/*.test.ts', ...BROWSER],
          exclude: [CFN_LINT, LOCALSTACK, ...SLOW, ...PROTOCOL, ...UNIT.filter((files) => !files.includes('dashboard'))],
          testTimeout: TIMEOUT,
          hookTimeout: TIMEOUT,
        },
      },
      { extends: true, test: { name: 'cfn-lint', include: [CFN_LINT], testTimeout: 300_000 } },
      { extends: true, test: { name: 'slow', include: SLOW, testTimeout: 600_000 } },
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
