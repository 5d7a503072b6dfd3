import { expect, test } from 'vitest';
import type { Scenario } from '../run/scenario.ts';
import { validateReplay } from './validate-replay.ts';
import { sampleReplay } from './test/sample.ts';

const done = () => Promise.resolve('ok' as const);
const actor = { countMax: 1, create: () => null, leave: () => undefined };
const scenario = {
  actors: {
    client: { ...actor, script: () => [], operations: { connect: done, subscribe: done } },
    watcher: { ...actor, script: () => [{ name: 'watch', pauseMs: 1 }], operations: { watch: done } },
  },
  system: { entry: './system.ts' },
  variants: [{ id: 'orphaned-stream', edits: [] }],
} as unknown as Scenario;

test('a replay with two versions side by side fits where the scenario has two', () => {
  const { plan } = sampleReplay();
  const faults = plan.faults.map((fault) => ({ ...fault, kind: 'mixed-versions' }));
  const system = { entry: './system.ts', otherVersion: { entry: './before.ts' } };
  expect(validateReplay(sampleReplay({ plan: { ...plan, faults } }), { ...scenario, system })).toBeNull();
});

test('a replay fits when all that it names is there', () => {
  expect(validateReplay(sampleReplay(), scenario)).toBeNull();
  expect(validateReplay(sampleReplay({ variant: null }), scenario)).toBeNull();
});

const { plan } = sampleReplay();
const [first] = plan.operations;
const [fault] = plan.faults;
if (first === undefined || fault === undefined) throw new Error('the sample is too small');

test.each([
  ['there is no variant other', sampleReplay({ variant: 'other' })],
  [
    'there is no actor nobody',
    sampleReplay({ plan: { ...plan, cohorts: [{ actor: 'nobody', count: 1, operationsMax: 1 }] } }),
  ],
  [
    'and there is no actor toString',
    sampleReplay({ plan: { ...plan, operations: [{ ...first, actor: 'toString-1' }] } }),
  ],
  ['there is no operation fly of client', sampleReplay({ plan: { ...plan, operations: [{ ...first, name: 'fly' }] } })],
  ['there is no fault meteor', sampleReplay({ plan: { ...plan, faults: [{ ...fault, kind: 'meteor' }] } })],
  [
    'the system has no other version for the fault mixed-versions',
    sampleReplay({ plan: { ...plan, faults: [{ ...fault, kind: 'mixed-versions' }] } }),
  ],
  [
    'two operations are called watcher-1.1',
    sampleReplay({ plan: { ...plan, operations: [{ ...first, id: 'watcher-1.1' }] } }),
  ],
])('%s', (reason, replay) => {
  expect(validateReplay(replay, scenario)).toContain(reason);
});
