/** Shrinks the choices of races that need one slow frame, two, or none, on a small system. */
import { describe, expect, it } from 'vitest';
import { type ChoiceOverrides, scopeOf } from '../kernel/draws.ts';
import { formatSeed, type Seed } from '../kernel/seed.ts';
import type { Operation, Plan } from '../plan/plan.ts';
import type { Property } from '../run/property.ts';
import { RunResources } from '../run/execute-run.ts';
import { boardImage, boardPlan, boardScenario, property } from '../run/test/notice-board.ts';
import { ChoiceList } from './choice-list.ts';
import type { ShrinkReport } from './job.ts';
import { type LoadedScenario, runJob, shapeOf } from './run-job.ts';
import { shrinkFailure, type ShrinkSubject } from './shrink-failure.ts';

const resources = new RunResources();

/** Fails when, in each pair, the second text arrives while the first is in flight. */
function neverBefore(...pairs: readonly (readonly [late: string, early: string])[]): Property {
  return property('order', (view) => {
    const [sent, delivered] = [new Set<string>(), new Set<string>()];
    return {
      observe: (record) => {
        if (record.type !== 'frame' || record.direction !== 'up' || record.kind !== 'text') return;
        (record.phase === 'sent' ? sent : delivered).add(record.text);
        const isOvertaken = (late: string, early: string) =>
          delivered.has(early) && sent.has(late) && !delivered.has(late);
        view.check(!pairs.every(([late, early]) => isOvertaken(late, early)), () => ({
          subject: 'an overtaking',
          text: [...delivered].join(),
        }));
      },
    };
  });
}

const SIGNATURE = 'order: an overtaking';
const GAP_MS = 15;

const put = (number: number, text: string, atMs: number): Operation[] => [
  { id: `user-${number}.1`, actor: `user-${number}`, name: 'join', atMs: 100, arguments: {} },
  { id: `user-${number}.2`, actor: `user-${number}`, name: 'put', atMs, arguments: { text } },
];

/**
 * Two users whose frames must be slow to be late, one whose frame overtakes them, and a bystander.
 */
const plan = (seed: Seed): Plan =>
  boardPlan({
    seed,
    cohorts: [{ actor: 'user', count: 0, operationsMax: 1 }],
    operations: [
      ...put(1, 'first', 1000),
      ...put(2, 'second', 1000),
      ...put(3, 'third', 1000 + GAP_MS),
      ...put(4, 'bystander', 1500),
    ],
  });

const load = (order: Property): LoadedScenario => ({
  // Candidates that hold run to their end.
  scenario: boardScenario({ properties: [order], settleMs: 6000, leaveMs: 1000 }),
  image: boardImage(),
  resources,
  reload: () => load(order),
});

function shrink(loaded: LoadedScenario, start: { plan: Plan; choices?: ChoiceOverrides }): Promise<ShrinkReport> {
  let nowMs = 0;
  return runJob(
    loaded,
    { kind: 'shrink', ...start, signature: SIGNATURE, failedAtMs: 1200, budgetMs: 1e6 },
    { nowMs: () => (nowMs += 1) },
  );
}

async function fails(loaded: LoadedScenario, start: { plan: Plan; choices?: ChoiceOverrides }): Promise<boolean> {
  const { failure } = await runJob(loaded, { kind: 'run', seed: start.plan.seed, ...start }, { nowMs: () => 0 });
  return failure?.signature === SIGNATURE;
}

async function firstFailing(loaded: LoadedScenario): Promise<Plan> {
  for (let number = 1n; number < 2000n; number += 1n) {
    const candidate = plan(formatSeed(number));
    if (await fails(loaded, { plan: candidate })) return candidate;
  }
  throw new Error('no seed fails');
}

describe('choices', () => {
  it('shrink to the one slow frame that a race needs', async () => {
    const loaded = load(neverBefore(['first', 'third']));
    const { plan: smallest, choices, before, after } = await shrink(loaded, { plan: await firstFailing(loaded) });
    expect(Object.keys(choices)).toEqual(['user-1.2/latency/1']);
    // Rounded, but still slow enough to be overtaken.
    expect(choices['user-1.2/latency/1']).toBeGreaterThan(0.6);
    expect(String(choices['user-1.2/latency/1']).length).toBeLessThanOrEqual(4);
    expect(smallest).toMatchObject({ minimal: true, faults: [] });
    expect(smallest.operations.map(({ id }) => id)).toEqual(['user-1.1', 'user-1.2', 'user-3.1', 'user-3.2']);
    expect([before.choices > 20, after.choices]).toEqual([true, 1]);
    expect(await fails(loaded, { plan: smallest, choices })).toBe(true);
    expect(await fails(loaded, { plan: smallest })).toBe(false);
  });

  it('shrink to the two slow frames that a race needs', async () => {
    const loaded = load(neverBefore(['first', 'third'], ['second', 'third']));
    const { choices } = await shrink(loaded, { plan: await firstFailing(loaded) });
    expect(Object.keys(choices)).toEqual(['user-1.2/latency/1', 'user-2.2/latency/1']);
  });

  it('shrink to none when timing does not matter', async () => {
    const loaded = load(neverBefore());
    const { plan: smallest, choices, after } = await shrink(loaded, { plan: plan('0x1') });
    expect([smallest.minimal, choices, after.choices]).toEqual([true, {}, 0]);
  });

  it('of a replay shrink to those that it needs', async () => {
    const loaded = load(neverBefore(['first', 'third']));
    const more = { 'user-1.2/latency/1': 0.9137, 'user-4.2/latency/1': 0.5, 'nobody/latency/7': 0.25 };
    const start = { plan: { ...plan('0x1'), minimal: true as const }, choices: more };
    expect(await fails(loaded, start)).toBe(true);
    const report = await shrink(loaded, start);
    expect(report.choices).toEqual({ 'user-1.2/latency/1': 0.9 });
    expect([report.before.choices, report.after.choices]).toEqual([3, 1]);

    const drawn = await shrink(loaded, { ...start, plan: plan('0x1') });
    expect([drawn.plan.minimal, drawn.choices]).toEqual([true, { 'user-1.2/latency/1': 0.9 }]);
  });

  it.each([
    [32, true],
    [33, false],
  ])('stay those of the seed when more than 32 are needed: %i', async (needed, becomesMinimal) => {
    const scopes = Array.from({ length: 200 }, (_, index) => scopeOf(`user-${index}`));
    const start = { plan: boardPlan({ cohorts: [] }), choices: {} };
    const subject: ShrinkSubject = {
      shape: shapeOf(boardScenario()),
      fails: ({ plan: { minimal }, choices }) =>
        Promise.resolve(minimal !== true || Object.keys(choices).filter((key) => key < 'user-5').length >= needed),
      choicesOf: () => {
        const list = new ChoiceList();
        for (const scope of scopes) list.add(scope, 0, 0.5, 0);
        return Promise.resolve(list);
      },
      drawnIn: () => Promise.resolve(new Map()),
    };
    let nowMs = 0;
    const shrunk = await shrinkFailure(start, subject, { budgetMs: 1e6, nowMs: () => (nowMs += 1) });
    expect(shrunk.plan.minimal === true).toBe(becomesMinimal);
    expect(shrunk.before.choices).toBe(scopes.length);
    expect(shrunk.after.choices).toBe(becomesMinimal ? needed : scopes.length);
    expect(shrunk.runs).toBeLessThan(600);
  });
});

describe('a minimal world', () => {
  it('keeps ids distinct', async () => {
    const rows = new Set<string>();
    const loaded = load(
      property('order', () => ({
        observe: (record) => {
          if (record.type === 'command' && record.phase === 'applied' && record.key.startsWith('lease:'))
            rows.add(record.key);
        },
      })),
    );
    const crowd = boardPlan({ cohorts: [{ actor: 'user', count: 30, operationsMax: 2 }], minimal: true });
    expect(await fails(loaded, { plan: crowd })).toBe(false);
    expect(rows.size).toBe(30);
  });
});
