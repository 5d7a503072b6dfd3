import { describe, expect, it } from 'vitest';
import { formatSeed } from '../kernel/seed.ts';
import { STRATEGIES } from '../kernel/strategy.ts';
import { FAULT_KINDS } from '../world/faults/catalogue.ts';
import { type PlanSizes, planOf } from './arbitrary.ts';
import type { Plan } from './plan.ts';
import { PROFILES, type ProfileName } from './profile.ts';
import type { PlanShape } from './shape.ts';

const shape: PlanShape = {
  scripts: {
    client: {
      optional: ['say', 'leave'],
      script: () => ['connect', 'say', 'leave'].map((name) => ({ name, pauseMs: 100 })),
    },
  },
  actorsMax: { client: 8 },
  operationsMax: 4,
  nodesMax: 3,
  chaosMs: { min: 2000, max: 4000 },
  faultKinds: [...FAULT_KINDS.keys()],
  faultsMax: 5,
  faultDurationMaxMs: {},
  smallSendBuffers: { bytes: [], oneSeedIn: 4 },
};

function plans(sizes: PlanSizes = {}): Plan[] {
  return Array.from({ length: 300 }, (_, index) => planOf(formatSeed(BigInt(index)), shape, sizes));
}

describe('profiles', () => {
  // Listed in full, so that a kind in the wrong group fails the test.
  const network = [
    'latency connection-loss reconnect-storm half-open client-stall slow-reader partition partition-one-way',
    'segmentation reset-in-message end-in-message connect-refused connect-unanswered',
  ];
  const redis = [
    'redis-error redis-refused redis-request-lost redis-reply-lost redis-slow-reply redis-drop redis-message-lost redis-stall',
    'redis-restart redis-restart-empty redis-failover redis-down redis-demoted redis-subscriber-deaf',
  ];
  const node = ['late-listen node-crash deploy mixed-versions node-stall'];
  const time = ['timers-late clock-skew clock-jump'];
  const everything = [...network, ...redis, ...node, ...time, 'failpoint-error failpoint-delay'];

  it.each<[ProfileName, readonly string[], number]>([
    ['all', everything, 5],
    ['calm', [], 0],
    ['redis', redis, 5],
    ['network', network, 5],
    ['node', [...node, ...time], 5],
    ['storm', everything, 20],
  ])('%s injects what it is about, and nothing else', (profile, kinds, most) => {
    const faults = plans({ profile }).map((plan) => plan.faults);
    const injected = new Set(faults.flat().map(({ kind }) => kind));
    expect([...injected].sort()).toEqual(kinds.flatMap((some) => some.split(' ')).sort());
    expect(Math.max(...faults.map((some) => some.length))).toBe(most);
  });

  it('all have quiet seeds', () => {
    for (const profile of Object.keys(PROFILES) as ProfileName[]) {
      expect(plans({ profile }).some(({ faults }) => faults.length === 0)).toBe(true);
    }
  });
});

describe('the swarm', () => {
  it('leaves out kinds of faults, which differ from seed to seed', () => {
    const many = plans({ profile: 'storm' }).filter(({ faults }) => faults.length >= 15);
    const kindsSeen = many.map(({ faults }) => new Set(faults.map(({ kind }) => kind)).size);
    expect(Math.min(...kindsSeen)).toBeLessThan(Math.max(...kindsSeen));
    for (const kind of FAULT_KINDS.keys()) {
      const having = many.filter(({ faults }) => faults.some((fault) => fault.kind === kind)).length;
      expect(having).toBeGreaterThan(0);
      expect(having).toBeLessThan(many.length);
    }
  });

  it('leaves out only optional operations', () => {
    const skews = plans().flatMap(({ cohorts }) => cohorts.map(({ skew = {} }) => skew));
    const named = new Set(skews.flatMap((skew) => Object.keys(skew)));
    expect([...named].sort()).toEqual(['leave', 'say']);
    expect(skews.some((skew) => skew['say'] === 0)).toBe(true);
    expect(skews.some((skew) => Object.keys(skew).length === 0)).toBe(true);
  });

  it('draws every strategy, the default most often, and keeps a fixed one', () => {
    const counts = new Map<string, number>();
    for (const { strategy = 'latency-random' } of plans()) counts.set(strategy, (counts.get(strategy) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual([...STRATEGIES].sort());
    expect(Math.max(...counts.values())).toBe(counts.get('latency-random'));
    expect(new Set(plans({ strategy: 'pct:2' }).map(({ strategy }) => strategy))).toEqual(new Set(['pct:2']));
  });
});
