/**
 * Runs to compare with a failing one: its plan with one change, then plans of other seeds, then
 * its plan without a part.
 */
import type { ChoiceOverrides } from '../../kernel/draws.ts';
import { seedAfter } from '../../kernel/seed.ts';
import { planOf } from '../../plan/arbitrary.ts';
import { expandIfPossible } from '../../plan/expand.ts';
import type { Scenario } from '../../run/scenario.ts';
import { changesOf } from '../../search/passing/changes.ts';
import { shapeOf } from '../../search/run-job.ts';
import type { Candidate } from '../../search/shrink-failure.ts';

export interface NeighbourGroup {
  /** Number of runs to try. */
  readonly triesMax: number;
  /** Runs to try, one after the other, of a sort of which there are enough already. */
  readonly surplusMax: number;
  readonly candidates: () => Iterable<Candidate>;
}

/** Neighbours to try of each kind of change. */
const CHANGES_MAX = 40;

/** Plans of other seeds, which are not shrunk, so each run takes long. */
const PLANS_MAX = 25;

/** Seeds to draw at most to find plans with the operation. */
const SEEDS_MAX = 500;

/** `operation`: the one that failed, which other plans need to have; null if none did. */
export function neighboursOf(
  candidate: Candidate,
  made: ChoiceOverrides,
  scenario: Scenario,
  operation: string | null,
): readonly NeighbourGroup[] {
  const changed = (kind: 'choice' | 'pause' | 'order' | 'seed' | 'dropped'): NeighbourGroup => ({
    triesMax: CHANGES_MAX,
    surplusMax: 6,
    candidates: () => changesOf(kind, candidate, made, scenario.actors),
  });
  return [
    changed('choice'),
    changed('pause'),
    changed('order'),
    changed('seed'),
    {
      triesMax: PLANS_MAX,
      surplusMax: 12,
      candidates: () => otherPlans(candidate, scenario, operation),
    },
    changed('dropped'),
  ];
}

function* otherPlans({ plan }: Candidate, scenario: Scenario, operation: string | null): Generator<Candidate> {
  for (let offset = 1; offset <= SEEDS_MAX; offset += 1) {
    const other = planOf(seedAfter(plan.seed, offset), shapeOf(scenario), { nodes: plan.nodes });
    const operations = expandIfPossible(other, scenario.actors) ?? [];
    if (operation !== null && !operations.some(({ name }) => name === operation)) continue;
    yield { plan: other, choices: {} };
  }
}
