import { expect, test } from 'vitest';
import { openScenario, planArbitrary, replay, run, shrink, UsageError } from '../index.ts';
import { validateOptions } from './validate-options.ts';

test.each<[string, (options: never) => unknown, object, string]>([
  [
    'an unknown strategy',
    (options) => run('a.ts', options),
    { strategy: 'nope' },
    'strategy: Invalid option: expected one of "latency-random"|',
  ],
  [
    'an unknown profile',
    (options) => run('a.ts', options),
    { profile: 'nope' },
    'profile: Invalid option: expected one of "all"|"calm"|',
  ],
  [
    'an unknown strategy of plans',
    (options) => planArbitrary({} as never, options),
    { strategy: 'pct:0' },
    'strategy: Invalid option',
  ],
  [
    'a number of seeds for plans',
    (options) => planArbitrary({} as never, options),
    { seeds: 1 },
    '"seeds"; planArbitrary takes clients, nodes, strategy, profile, faults',
  ],
  [
    'an option of run for shrink',
    (options) => shrink('abcdef', options),
    { shrinkMs: 5 },
    '"shrinkMs"; shrink takes folder, jobs, stuckMs, timeMs',
  ],
  [
    'an option of shrink for replay',
    (options) => replay('abcdef', options),
    { timeMs: 5 },
    '"timeMs"; replay takes folder, jobs, stuckMs, clean',
  ],
  [
    'an option of replay for openScenario',
    (options) => openScenario('a.ts', options),
    { clean: true },
    '"clean"; openScenario takes',
  ],
  [
    'an option of simulate for run',
    (options) => run('a.ts', options),
    { timeoutMs: 5 },
    '"timeoutMs"; run takes folder, jobs,',
  ],
])('refuses %s', async (_what, act, options, message) => {
  const failure = await Promise.resolve()
    .then(() => act(options as never))
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UsageError);
  expect((failure as Error).message).toContain(message);
  expect((failure as Error).message).toMatch(/^options: [^\n]+$/);
});

test('simulate takes neither save nor signal', () => {
  expect(() => validateOptions('simulate', { seeds: 1, profile: 'storm', timeoutMs: 0 })).not.toThrow();
  expect(() => validateOptions('simulate', { save: true })).toThrow('simulate takes jobs, stuckMs,');
});
