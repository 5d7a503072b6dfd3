import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * Four rules on promises: a promise that is never awaited is how work most often outlives its
 * owner.
 */
const promiseRules = {
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/require-await': 'error',
};

export default defineConfig(
  { ignores: ['coverage/', 'dist/', 'replays/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.js'],
    extends: [js.configs.recommended, tseslint.configs.recommended],
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: ['*.js', '*.ts', '.ci/*.js'],
        },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      ...promiseRules,
      // The compiler checks every name already, the globals of Node included.
      'no-undef': 'off',
      'no-console': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    // Commands and tests print.
    files: [
      'sim/cli/**',
      'sim/start.js',
      'bench/**',
      'core/server.ts',
      'core/token.ts',
      'docs/main/**',
      'examples/*/server.ts',
      'examples/graphql-ws/{http,rooms}.ts',
      'examples/yjs/store.ts',
      '**/*.test.ts',
    ],
    rules: { 'no-console': 'off' },
  },
  {
    // Programs with packages, some of which have no types.
    files: ['sim/load/test/flows/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { 'no-console': 'off' },
  },
);
