import { expect, test } from 'vitest';
import { expand } from './expand.ts';
import { withCurrentOperationNames } from './former-names.ts';
import type { Plan } from './plan.ts';
import type { ActorScript } from './script.ts';

const plan = (name: string): Plan => ({
  seed: '0x3',
  nodes: 1,
  chaosMs: 60_000,
  cohorts: [
    { actor: 'user', count: 20, operationsMax: 3, skew: { [name]: 0.5 }, bursts: [{ operation: name, atMs: 30_000 }] },
  ],
  operations: [{ id: 'user-30.1', actor: 'user-30', name, atMs: 5, arguments: {} }],
  faults: [],
});

const user = (name: string): ActorScript => ({
  script: (_draw, most) => Array.from({ length: most }, () => ({ name, pauseMs: 7000 })),
});

test('a plan with old names gives the same operations as before the rename', () => {
  const before = expand(plan('babble'), { user: user('babble') });
  const renamed = { user: { ...user('talk'), formerNames: { babble: 'talk' } } };
  const after = expand(withCurrentOperationNames(plan('babble'), renamed), renamed);
  expect(before.length).toBeLessThan(61);
  expect(before.some(({ atMs }) => atMs === 30_000)).toBe(true);
  expect(after).toEqual(before.map((operation) => ({ ...operation, name: 'talk' })));
});

test('a plan stays the same object if the scenario renamed nothing', () => {
  const own = plan('talk');
  expect(withCurrentOperationNames(own, { user: user('talk') })).toBe(own);
});
