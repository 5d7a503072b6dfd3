import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

export default defineConfig({
  resolve: {
    // Examples import the package by its name, so that they run wherever they are copied to.
    alias: [
      { find: /^seedstorm$/, replacement: source('./sim/index.ts') },
      { find: /^seedstorm\/vitest$/, replacement: source('./sim/vitest.ts') },
    ],
  },
  test: {
    include: ['{core,sim,properties,tidy,docs,bench,examples}/**/*.test.ts'],
    // Some tests start processes, change process-wide state or count what is open: each file gets a process of its own.
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
