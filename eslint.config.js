import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The four rules on promises: an answer nobody waits for is the commonest way for work to outlive its owner. */
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
          allowDefaultProject: ['*.js', '*.ts', 'sim/*.js', 'sim/project/*.js', 'sim/cli/test/*.js', '.ci/*.js'],
        },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      ...promiseRules,
      // The compiler knows every name already, those of Node included.
      'no-undef': 'off',
      'no-console': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    // What prints by trade.
    files: ['sim/cli/**', 'sim/start.js', 'bench/**', 'core/server.ts', 'core/token.ts', '**/*.test.ts'],
    rules: { 'no-console': 'off' },
  },
);
