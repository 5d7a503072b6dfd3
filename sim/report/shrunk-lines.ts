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

/** More choices than a reader follows: a crash of a process may need each of its delays. */
const CHOICES_MAX = 6;

/**
 * The choices that a minimal plan needs, by key: the first ones, unless `all`. No line for a plan
 * whose choices come from the seed.
 */
export function choiceLines(plan: Plan, choices: ChoiceOverrides, all = false): string[] {
  if (plan.minimal !== true) return [];
  const needed = Object.entries(choices);
  const rule = 'every choice is minimal (shortest delays)';
  if (needed.length === 0) return [`  ${rule}`];
  const shown = needed.slice(0, all ? needed.length : CHOICES_MAX);
  const left = needed.length - shown.length;
  return [
    `  ${rule}, except`,
    ...shown.map(([key, value]) => `     ${printable(key)}  ${value}`),
    ...(left === 0 ? [] : [`     and ${left} more, in the replay`]),
  ];
}
