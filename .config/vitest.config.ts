import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/**/*.test.ts'],
    // The built command is tested, so it is what the code says.
    globalSetup: ['.config/build-before-tests.ts'],
    restoreMocks: true,
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
