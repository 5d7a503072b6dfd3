import { expect, test } from 'vitest';
import type { Plan } from '../../plan/plan.ts';
import { changesOf } from './changes.ts';
import { choiceText } from './choice-text.ts';

const operation = (id: string, atMs: number) => ({ id, actor: 'client-1', name: 'ask', atMs, arguments: {} });
const plan: Plan = {
  seed: '0x5',
  nodes: 1,
  chaosMs: 1000,
  minimal: true,
  cohorts: [],
  operations: [operation('client-1.1', 100), operation('client-1.2', 150)],
  faults: [{ id: 'fault-1', kind: 'latency', target: '*', atMs: 500, durationMs: 495, rate: 1 }],
};
const failing = { plan, choices: { 'client-1/link-1/up/1': 0.4 } };

test('choices that the plan names come first, then the last ones that were made', () => {
  const made = { 'client-1.1/latency/1': 0, 'client-1/link-1/up/1': 0.4, 'client-1.2/latency/1': 0 };
  const changes = [...changesOf('choice', failing, made, {})];
  expect(changes.map(({ choices }) => choices)).toEqual([
    { 'client-1/link-1/up/1': 0.01 },
    { 'client-1/link-1/up/1': 0.4, 'client-1.2/latency/1': 0.9 },
    { 'client-1/link-1/up/1': 0.4, 'client-1.1/latency/1': 0.9 },
  ]);
  expect(changes.every((changed) => changed.plan === plan)).toBe(true);
});

test('pauses keep the order of the operations of an actor, and all before the heal', () => {
  const changes = [...changesOf('pause', failing, {}, {})];
  expect(changes.length).toBeGreaterThan(4);
  for (const { plan: changed } of changes) {
    const [first, second] = changed.operations;
    expect(first!.atMs).toBeGreaterThanOrEqual(0);
    expect(second!.atMs).toBeGreaterThanOrEqual(first!.atMs);
    for (const { atMs, durationMs } of changed.faults) expect(atMs + durationMs).toBeLessThanOrEqual(plan.chaosMs);
  }
  expect(changes.map(({ when }) => when)).toContain('when ask of client-1 begins 10 ms later');
  expect(changes.map(({ when }) => when)).not.toContain('when latency begins 10 ms later');
});

test('neighbouring seeds draw all choices anew', () => {
  const first = changesOf('seed', failing, {}, {}).next().value;
  expect(first).toMatchObject({ choices: {}, plan: { seed: '0x6', operations: plan.operations } });
  expect(first && 'minimal' in first.plan).toBe(false);
});

test('only the last kind of change leaves something out', () => {
  for (const kind of ['choice', 'pause', 'order'] as const) {
    for (const changed of changesOf(kind, failing, { 'client-1.1/latency/1': 0 }, {})) {
      expect(changed.plan.operations).toHaveLength(2);
      expect(changed.plan.faults).toHaveLength(1);
    }
  }
  for (const { plan: cut, when } of changesOf('dropped', failing, {}, {})) {
    expect(cut.operations.length + cut.faults.length).toBeLessThan(3);
    expect(when).toMatch(/^only without/);
  }
});

test.each([
  ['node-1/redis/reply/get/seats:room/0', 'the reply of get seats:room of node-1 takes less time'],
  ['visitor-2.5/latency/1', 'a frame of operation visitor-2.5 takes less time'],
  ['client-7/link-2/down/1', 'a frame to client-7 on connection 2 takes less time'],
  ['fault-2/offset/0', 'the choice fault-2/offset/0 is 0.01, not 0.9'],
])('%s is %s', (key, text) => {
  expect(choiceText(key, 0.9, 0.01)).toContain(text);
});
