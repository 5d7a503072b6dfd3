/** The plan of a run that goes another way from a time on. */
import type { Fault, Operation, Plan } from '../../plan/plan.ts';

/** Ids of what is new begin after those of the plan, since choices are keyed by them. */
const NEW_IDS_FROM = 1_000_000;

/**
 * The plan up to `afterMs`, then `other`: operations and faults planned for later come from there.
 * Both plans have all operations written out. Faults that last beyond the heal are cut off at it.
 */
export function futurePlan(plan: Plan, other: Plan, afterMs: number): Plan {
  const begun = <Part extends Operation | Fault>(parts: readonly Part[]): Part[] =>
    parts.filter(({ atMs }) => atMs <= afterMs);
  const later = <Part extends Operation | Fault>(parts: readonly Part[]): Part[] =>
    parts.filter(({ atMs }) => atMs > afterMs && atMs < plan.chaosMs).map((part) => ({ ...part, id: newId(part.id) }));
  const faults = later(other.faults).map((fault) => ({
    ...fault,
    durationMs: Math.min(fault.durationMs, plan.chaosMs - fault.atMs),
  }));
  return {
    ...plan,
    operations: [...begun(plan.operations), ...later(other.operations)],
    faults: [...begun(plan.faults), ...faults],
  };
}

/** `client-2.3`: `client-2.1000003`; `fault-3`: `fault-1000003`. */
function newId(id: string): string {
  return id.replace(/\d+$/, (number) => String(Number(number) + NEW_IDS_FROM));
}
