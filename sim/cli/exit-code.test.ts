import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { UsageError } from '../project/usage-error.ts';
import { LoadError, VariantError } from '../load/errors.ts';
import type { Failure } from '../run/run-verdict.ts';
import { ReplayError } from '../replay/replay-error.ts';
import { JobError } from '../search/worker-pool.ts';
import { exitCodeOf, exitCodeOfError, type Outcome, outcomeOf } from './exit-code.ts';

test.each<[number, Outcome]>([
  [0, {}],
  [0, { failed: false, nothingRan: false }],
  [1, { failed: true }],
  [1, { failed: true, nothingRan: true }],
  [2, { variantError: true, failed: true, nothingRan: true }],
  [3, { variantError: true, nondeterminism: true, failed: true }],
  [4, { nothingRan: true }],
  [65, { scenarioError: true, nondeterminism: true, failed: true }],
  [70, { internalError: true, scenarioError: true, nondeterminism: true, failed: true }],
  [130, { interrupted: true, scenarioError: true, failed: true, nothingRan: true }],
])('%d for %j', (code, outcome) => {
  expect(exitCodeOf(outcome)).toBe(code);
});

test.each<[number, Failure['verdict'][]]>([
  [0, []],
  [1, ['violation', 'crash', 'no-progress', 'stuck']],
  [3, ['violation', 'escape']],
  [3, ['nondeterminism']],
  [65, ['scenario-error', 'escape']],
  [70, ['internal-error', 'scenario-error']],
])('%d after %j', (code, verdicts) => {
  const failures = verdicts.map((verdict) => ({ verdict }) as Failure);
  expect(exitCodeOf(outcomeOf(failures))).toBe(code);
});

test.each([
  [0, new CommanderError(0, 'commander.version', '1')],
  [2, new CommanderError(1, 'commander.unknownOption', 'x')],
  [2, new UsageError('x')],
  [2, new ReplayError('x')],
  [2, new LoadError('x')],
  [2, new VariantError('x')],
  [70, new JobError('x')],
  [70, new TypeError('x')],
  [70, 'x'],
])('%d when ended by %s', (code, error) => {
  expect(exitCodeOfError(error)).toBe(code);
});
