/**
 * The moments at which a strategy `pct:2` or `pct:3` changes priorities.
 *
 * They must lie where something happens, and runs differ in length by a factor of ten. So each lies
 * shortly after the earliest start of an operation, which is drawn from all operations of the plan.
 * They are part of the plan, and shrinking does not move them.
 */
import { Draws, scopeOf } from '../kernel/draws.ts';
import { expandIfPossible } from './expand.ts';
import type { Plan } from './plan.ts';
import type { Scripts } from './script.ts';

/** An operation mostly ends within this time. */
const AFTER_START_MS_MAX = 150;

const SCOPE = scopeOf('strategy', 'changes');

/** The plan with the change points that its seed draws, if its strategy has any. */
export function withChangePoints({ changesMs: _former, ...plan }: Plan, scripts: Scripts): Plan {
  const count = changesOf(plan.strategy);
  if (count === 0) return plan;
  const draws = new Draws(plan.seed);
  const operations = expandIfPossible(plan, scripts) ?? [];
  const changesMs = Array.from({ length: count }, (_, index) => {
    const place = draws.fraction(SCOPE, 2 * index);
    const startMs = operations[Math.floor(place * operations.length)]?.atMs ?? place * plan.chaosMs;
    const atMs = Math.round(startMs + draws.fraction(SCOPE, 2 * index + 1) * AFTER_START_MS_MAX);
    return Math.min(atMs, plan.chaosMs);
  }).sort((left, right) => left - right);
  return { ...plan, changesMs };
}

function changesOf(strategy: Plan['strategy']): number {
  return strategy?.startsWith('pct:') === true ? Number(strategy.slice('pct:'.length)) - 1 : 0;
}
