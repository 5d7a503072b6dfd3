import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{core,sim,properties,tidy,docs,bench,examples}/**/*.test.ts'],
    // Some tests start processes, change process-wide state or count open handles: each file runs
    // in a separate process.
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
