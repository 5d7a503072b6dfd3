import { expect, test } from 'vitest';
import { openScenario, planArbitrary, replay, run, shrink, UsageError } from '../index.ts';
import { checkOptions } from './validate-options.ts';

test.each<[string, (options: never) => unknown, object, string]>([
  [
    'a strategy',
    (options) => run('a.ts', options),
    { strategy: 'nope' },
    'strategy: Invalid option: expected one of "latency-random"|',
  ],
  [
    'a profile',
    (options) => run('a.ts', options),
    { profile: 'nope' },
    'profile: Invalid option: expected one of "all"|"calm"|',
  ],
  [
    'a strategy of plans',
    (options) => planArbitrary({} as never, options),
    { strategy: 'pct:0' },
    'strategy: Invalid option',
  ],
  [
    'seeds of plans',
    (options) => planArbitrary({} as never, options),
    { seeds: 1 },
    '"seeds"; planArbitrary takes clients, nodes, strategy, profile',
  ],
  [
    'what run takes',
    (options) => shrink('abcdef', options),
    { shrinkMs: 5 },
    '"shrinkMs"; shrink takes folder, jobs, stuckMs, timeMs',
  ],
  [
    'what shrink takes',
    (options) => replay('abcdef', options),
    { timeMs: 5 },
    '"timeMs"; replay takes folder, jobs, stuckMs, clean',
  ],
  ['what replay takes', (options) => openScenario('a.ts', options), { clean: true }, '"clean"; openScenario takes'],
  ['what simulate takes', (options) => run('a.ts', options), { timeoutMs: 5 }, '"timeoutMs"; run takes folder, jobs,'],
])('%s is refused where it means nothing', async (_what, act, options, said) => {
  const failure = await Promise.resolve()
    .then(() => act(options as never))
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UsageError);
  expect((failure as Error).message).toContain(said);
  expect((failure as Error).message).toMatch(/^options: [^\n]+$/);
});

test('a test saves always, and has no signal', () => {
  expect(() => checkOptions('simulate', { seeds: 1, profile: 'storm', timeoutMs: 0 })).not.toThrow();
  expect(() => checkOptions('simulate', { save: true })).toThrow('simulate takes jobs, stuckMs,');
});
