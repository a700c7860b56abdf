import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const CORES = availableParallelism();

const STORIES = [
  'test/e2e/functions.test.ts',
  'test/e2e/failures.test.ts',
  'test/e2e/knative-story.test.ts',
  'test/e2e/knative-access.test.ts',
  'test/e2e/run-access.test.ts',
  'test/e2e/leader.test.ts',
  // It measures time.
  'test/e2e/virt-operator.test.ts',
];

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'tests', include: ['test/**/*.test.ts'], exclude: ['test/e2e/**'], maxWorkers: CORES },
      },
      // A control plane each, which they wait for most of the time: more of them at once than there are cores.
      {
        extends: true,
        test: {
          name: 'clusters',
          include: ['test/e2e/**/*.test.ts'],
          exclude: STORIES,
          sequence: { groupOrder: 1 },
          maxWorkers: CORES + 1,
        },
      },
      // Many processes each, in real time: they run when nothing else does, one after the other.
      {
        extends: true,
        test: {
          name: 'stories',
          include: STORIES,
          sequence: { groupOrder: 2 },
          fileParallelism: false,
          retry: 1,
        },
      },
    ],
    // The built command is tested, so it is what the code says.
    globalSetup: ['.config/build-before-tests.ts'],
    // Files share two cores with control planes of other files: what waited too long may try once more, in CI only.
    retry: process.env['CI'] === undefined ? 0 : 1,
    restoreMocks: true,
    // What is waited for comes at once, but not always on a machine that does other things too.
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 20_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/support/plain-summary-reporter.ts'],
    coverage: {
      provider: 'v8',
      include: ['functions/**/*.ts', 'shared/**/*.ts', 'infra/**/*.ts'],
      exclude: ['infra/cli/main.ts', 'infra/render/**'],
      thresholds: { lines: 95, branches: 90 },
    },
  },
});
