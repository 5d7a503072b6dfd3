import { expect, test } from 'vitest';
import { parseReplay } from './parse.ts';

const VERSION_1 = {
  format: 'seedstorm-replay',
  version: 1,
  id: '0a1b2c',
  scenario: 'scenario.ts',
  variant: 'bug',
  expected: {
    onVariant: { verdict: 'harness', property: null, signature: 'harness: client connect' },
    onClean: 'none',
  },
  violation: { property: null, risk: null, about: null, text: 'client-1 connect threw', step: 3, atMs: 12 },
  seed: '0x7',
  plan: {
    nodes: 1,
    chaosMs: 1000,
    cohorts: [],
    operations: [],
    faults: [
      { id: 'fault-1', kind: 'redis-away', target: '*', atMs: 5, durationMs: 10, rate: 1 },
      { id: 'fault-2', kind: 'latency', target: '*', atMs: 5, durationMs: 10, rate: 1 },
    ],
    plain: true,
  },
  choices: { 'fault-1/node-1/get/a/0': 0.5 },
  digest: '0123456789abcdef',
  codeHash: 'fedcba9876543210',
  node: 20,
  savedWith: '0.1.0',
};

const parse = (document: object) => parseReplay(Buffer.from(JSON.stringify(document)));

test("a replay of version 1 is read with today's names and keeps its choices", () => {
  const replay = parse(VERSION_1);
  expect(replay.plan.faults.map(({ kind }) => kind)).toEqual(['redis-down', 'latency']);
  expect(replay.plan.minimal).toBe(true);
  expect(replay.plan).not.toHaveProperty('plain');
  expect(replay.expected).toEqual({
    onVariant: { verdict: 'scenario-error', property: null, signature: 'scenario-error: client connect' },
    onUnmodified: 'none',
  });
  expect(replay.violation).toMatchObject({ subject: null });
  expect(replay.choices).toEqual(VERSION_1.choices);
});

test('a signature that only begins like an old verdict is kept', () => {
  const onVariant = { verdict: 'violation', property: 'harness-held', signature: 'harness-held: frame' };
  const replay = parse({ ...VERSION_1, expected: { onVariant, onClean: 'none' } });
  expect(replay.expected.onVariant).toEqual(onVariant);
});

test.each([
  ['a plan that is a list', { plan: [] }, /plan/],
  ['a fault that is null', { plan: { ...VERSION_1.plan, faults: [null] } }, /plan\.faults\[0\]/],
  ['an expectation that is a text', { expected: 'none' }, /expected/],
  ['a key of version 2', { plan: { ...VERSION_1.plan, plain: undefined, minimal: 1 } }, /plan\.minimal/],
])('%s is left for the schema to report', (_name, change, message) => {
  expect(() => parse({ ...VERSION_1, ...change })).toThrow(message);
});
