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

test('a replay with mixed-versions fits a scenario that defines another version', () => {
  const { plan } = sampleReplay();
  const faults = plan.faults.map((fault) => ({ ...fault, kind: 'mixed-versions' }));
  const system = { entry: './system.ts', otherVersion: { entry: './before.ts' } };
  expect(validateReplay(sampleReplay({ plan: { ...plan, faults } }), { ...scenario, system })).toBeNull();
});

test('a replay fits when every name in it exists', () => {
  expect(validateReplay(sampleReplay(), scenario)).toBeNull();
  expect(validateReplay(sampleReplay({ variant: null }), scenario)).toBeNull();
});

const { plan } = sampleReplay();
const [first] = plan.operations;
const [fault] = plan.faults;
if (first === undefined || fault === undefined) throw new Error('the sample is too small');

test.each([
  ['unknown variant other (expected one of: orphaned-stream)', sampleReplay({ variant: 'other' })],
  [
    'unknown actor nobody (expected one of: client, watcher)',
    sampleReplay({ plan: { ...plan, cohorts: [{ actor: 'nobody', count: 1, operationsMax: 1 }] } }),
  ],
  [
    ': unknown actor toString (expected one of: client, watcher)',
    sampleReplay({ plan: { ...plan, operations: [{ ...first, actor: 'toString-1' }] } }),
  ],
  [
    'client: unknown operation fly (expected one of: connect, subscribe)',
    sampleReplay({ plan: { ...plan, operations: [{ ...first, name: 'fly' }] } }),
  ],
  ['unknown fault meteor', sampleReplay({ plan: { ...plan, faults: [{ ...fault, kind: 'meteor' }] } })],
  [
    'the fault mixed-versions needs system.otherVersion',
    sampleReplay({ plan: { ...plan, faults: [{ ...fault, kind: 'mixed-versions' }] } }),
  ],
  [
    'fault-1: the fault redis-down cannot be limited to a connection; remove its connection',
    sampleReplay({
      plan: { ...plan, faults: [{ ...fault, id: 'fault-1', kind: 'redis-down', connection: 'subscriber' }] },
    }),
  ],
  [
    'two operations have the id watcher-1.1',
    sampleReplay({ plan: { ...plan, operations: [{ ...first, id: 'watcher-1.1' }] } }),
  ],
])('%s', (reason, replay) => {
  expect(validateReplay(replay, scenario)).toContain(reason);
});
