import { describe, expect, it } from 'vitest';
import { formatSeed, parseSeed } from '../kernel/seed.ts';
import { FAULT_KINDS } from '../world/faults/catalogue.ts';
import { planOf } from './arbitrary.ts';
import { expand } from './expand.ts';
import type { Plan } from './plan.ts';
import type { PlanShape, SmallSendBuffers } from './shape.ts';
import { plans, scripts, shape } from './test/generated-plans.ts';

it('a scenario may give a kind of fault another longest duration', () => {
  const longest = (wanted: string): number =>
    Math.max(
      ...plans.flatMap(({ faults }) => faults.filter(({ kind }) => kind === wanted).map((one) => one.durationMs)),
    );
  expect(longest('latency')).toBeGreaterThan(400);
  expect(longest('latency')).toBeLessThanOrEqual(500);
  expect(longest('redis-down')).toBeGreaterThan(20_000);
  expect(longest('redis-down')).toBeLessThanOrEqual(30_000);
});

describe('crowds', () => {
  const vast: PlanShape = { ...shape, actorsMax: { talker: 3000, listener: 1 } };
  const counts = Array.from({ length: 20_000 }, (_, index) => {
    const seed = formatSeed(BigInt(index + 1));
    return planOf(seed, vast).cohorts[0]?.count ?? 0;
  });

  it('are rare and have hundreds to thousands of actors', () => {
    const crowds = counts.filter((count) => count > 150);
    expect(crowds.length).toBeGreaterThan(8);
    expect(crowds.length).toBeLessThan(40);
    expect(Math.min(...crowds)).toBeLessThan(1000);
    expect(Math.max(...crowds)).toBeGreaterThan(1000);
    expect(Math.max(...crowds)).toBeLessThanOrEqual(3000);
  });

  it('leave other seeds and plans of a fixed size unchanged', () => {
    const number = counts.findIndex((count) => count > 150) + 1;
    const few: PlanShape = { ...shape, actorsMax: { talker: 150, listener: 1 } };
    for (let seed = 1; seed <= 100; seed += 1)
      if ((counts[seed - 1] ?? 0) <= 150)
        expect(planOf(formatSeed(BigInt(seed)), vast)).toEqual(planOf(formatSeed(BigInt(seed)), few));
    const given = planOf(formatSeed(BigInt(number)), vast, { clients: 7 });
    expect(given.cohorts.map(({ count }) => count)).toEqual([7, 7]);
    const { cohorts, faults } = planOf(formatSeed(BigInt(number)), vast);
    expect(cohorts[0]?.operationsMax).toBeLessThanOrEqual(4);
    expect(faults).toEqual(planOf(formatSeed(BigInt(number)), few).faults);
  });
});

describe('generated plans', () => {
  it('stay within the bounds', () => {
    for (const { seed, nodes, chaosMs, cohorts, operations, faults } of plans) {
      expect(parseSeed(seed)).toBe(seed);
      expect(nodes).toBeGreaterThanOrEqual(1);
      expect(nodes).toBeLessThanOrEqual(3);
      expect(chaosMs).toBeGreaterThanOrEqual(1000);
      expect(chaosMs).toBeLessThanOrEqual(8000);
      expect(operations).toEqual([]);
      expect(faults.length).toBeLessThanOrEqual(6);
      for (const { actor, count, operationsMax } of cohorts) {
        expect(count).toBeLessThanOrEqual(shape.actorsMax[actor] ?? 0);
        expect(count).toBeGreaterThanOrEqual(1);
        expect(operationsMax).toBeGreaterThanOrEqual(1);
        expect(operationsMax).toBeLessThanOrEqual(10);
      }
      const actors = new Set(
        cohorts.flatMap(({ actor, count }) => Array.from({ length: count }, (_, index) => `${actor}-${index + 1}`)),
      );
      const nodeNames = Array.from({ length: nodes }, (_, index) => `node-${index + 1}`);
      for (const fault of faults) {
        const kind = FAULT_KINDS.get(fault.kind);
        expect(fault.atMs).toBeLessThan(chaosMs);
        expect(fault.durationMs).toBeLessThanOrEqual(shape.faultDurationMaxMs[fault.kind] ?? kind?.durationMsMax ?? -1);
        expect(fault.rate).toBeGreaterThan(0);
        expect(kind?.aims === 'client' ? [...actors] : [...nodeNames, '*']).toContain(fault.target);
      }
      expect(new Set(faults.map(({ id }) => id)).size).toBe(faults.length);
    }
  });

  it('are plain JSON', () => {
    for (const plan of plans) expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it('are the same for the same seed, and nearly always differ for different seeds', () => {
    for (const plan of plans.slice(0, 20)) expect(planOf(plan.seed, shape)).toEqual(plan);
    const different = new Set(plans.map((plan) => JSON.stringify({ ...plan, seed: null })));
    expect(different.size).toBeGreaterThan(plans.length * 0.95);
  });

  it('are sometimes quiet, sometimes crowded, and cover every kind of fault', () => {
    const quiet = plans.filter(({ faults }) => faults.length === 0).length / plans.length;
    expect(quiet).toBeGreaterThan(0.05);
    expect(quiet).toBeLessThan(0.4);
    const counts = plans.map(({ cohorts }) => cohorts[0]?.count ?? 0);
    expect(counts.filter((count) => count <= 6).length).toBeGreaterThan(plans.length * 0.3);
    expect(counts.some((count) => count > 24)).toBe(true);
    expect(new Set(plans.flatMap(({ faults }) => faults.map(({ kind }) => kind)))).toEqual(new Set(FAULT_KINDS.keys()));
    expect(new Set(plans.map(({ nodes }) => nodes))).toEqual(new Set([1, 2, 3]));
  });

  it('have the fixed sizes, and their faults aim at existing nodes and actors', () => {
    for (let number = 1; number <= 60; number += 1) {
      const { cohorts, nodes, faults } = planOf(formatSeed(BigInt(number)), shape, { clients: 2, nodes: 5 });
      expect([cohorts.map(({ count }) => count), nodes]).toEqual([[2, 2], 5]);
      for (const { target } of faults) expect(target).toMatch(/^(\*|node-[1-5]|(talker|listener)-[12])$/);
    }
    expect(planOf('0x1', shape, { clients: 0 }).cohorts.every(({ count }) => count === 0)).toBe(true);
  });

  it('sometimes have bursts, and early operations where an actor declares concurrent ones', () => {
    const cohortsOf = (actor: string) => plans.flatMap(({ cohorts }) => cohorts.filter((one) => one.actor === actor));
    const shareOf = (actor: string, has: (cohort: Plan['cohorts'][number]) => boolean): number =>
      cohortsOf(actor).filter(has).length / plans.length;
    expect(shareOf('talker', ({ bursts }) => bursts !== undefined)).toBeGreaterThan(0.2);
    expect(shareOf('talker', ({ bursts }) => bursts !== undefined)).toBeLessThan(0.4);
    expect(shareOf('talker', ({ early }) => early !== undefined)).toBeGreaterThan(0.25);
    expect(shareOf('talker', ({ early }) => early !== undefined)).toBeLessThan(0.42);
    expect(shareOf('listener', ({ early }) => early !== undefined)).toBe(0);
    // Alone, an actor has no one to act with.
    expect(shareOf('listener', ({ bursts }) => bursts !== undefined)).toBe(0);
    const named = cohortsOf('talker').flatMap(({ bursts = [] }) => bursts.map(({ operation }) => operation));
    expect(new Set(named)).toEqual(new Set([undefined, 'say', 'shout']));
    for (const { chaosMs, cohorts } of plans)
      for (const { bursts = [] } of cohorts) for (const { atMs } of bursts) expect(atMs).toBeLessThan(chaosMs);
  });

  it('change priorities while operations run, for pct:2 and pct:3', () => {
    const changing = plans.filter(({ changesMs }) => changesMs !== undefined);
    const counts = changing.map(({ strategy, changesMs }) => `${strategy} ${changesMs?.length}`);
    expect(new Set(counts)).toEqual(new Set(['pct:2 1', 'pct:3 2']));
    for (const plan of changing) {
      const { changesMs = [], chaosMs } = plan;
      const starts = expand(plan, scripts).map(({ atMs }) => atMs);
      for (const changeMs of changesMs)
        expect(starts.some((startMs) => changeMs - startMs >= -1 && changeMs - startMs <= 151)).toBe(true);
      expect(Math.max(...changesMs)).toBeLessThanOrEqual(chaosMs);
    }
  });

  it('have an unusual environment in a third of the seeds', () => {
    const late = plans.filter(({ circumstances }) => circumstances?.lateCompletions === true);
    expect(late.length / plans.length).toBeCloseTo(1 / 3, 1);
    expect(plans.some(({ circumstances }) => circumstances === undefined)).toBe(true);
    const small = plans.filter(({ circumstances }) => circumstances?.sendBufferBytes !== undefined);
    expect(small.length / plans.length).toBeCloseTo(1 / 4, 1);
  });

  it('have the send buffers that the scenario chooses', () => {
    const sizesWith = (smallSendBuffers: SmallSendBuffers): readonly unknown[] =>
      Array.from(
        { length: 40 },
        (_, index) =>
          planOf(formatSeed(BigInt(index)), { ...shape, smallSendBuffers }).circumstances?.sendBufferBytes ?? 'usual',
      );
    expect(new Set(sizesWith({ bytes: [5000, 7000], oneSeedIn: 1 }))).toEqual(new Set([5000, 7000]));
    expect(new Set(sizesWith({ bytes: [], oneSeedIn: 1 }))).toEqual(new Set(['usual']));
    expect(new Set(sizesWith({ bytes: [5000], oneSeedIn: 2 }))).toEqual(new Set(['usual', 5000]));
  });

  it('have no faults if the scenario has none', () => {
    for (let number = 1; number <= 20; number += 1)
      expect(planOf(formatSeed(BigInt(number)), { ...shape, faultKinds: [] }).faults).toEqual([]);
  });
});
