/**
 * The size of a shrunk failure and the choices that it needs, as text.
 */
import type { ChoiceOverrides } from '../kernel/draws.ts';
import type { Plan } from '../plan/plan.ts';
import { printable } from '../kernel/printable.ts';
import type { Sizes } from '../search/job.ts';

/** `212 → 5 operations, 4 → 1 faults, 861 → 1 choices` */
export function sizesText(before: Sizes, after: Sizes): string {
  return (['operations', 'faults', 'choices'] as const)
    .map((what) => `${before[what]} → ${after[what]} ${what}`)
    .join(', ');
}

/**
 * The choices that a minimal plan needs, by key. No line for a plan whose choices come from the
 * seed.
 */
export function choiceLines(plan: Plan, choices: ChoiceOverrides): string[] {
  if (plan.minimal !== true) return [];
  const needed = Object.entries(choices);
  const rule = 'every choice is minimal (shortest delays)';
  if (needed.length === 0) return [`  ${rule}`];
  return [`  ${rule}, except`, ...needed.map(([key, value]) => `     ${printable(key)}  ${value}`)];
}
