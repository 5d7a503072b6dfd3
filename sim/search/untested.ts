/**
 * Whether a campaign tested anything: properties hold easily where no client ever used the system,
 * and where no checker ever judged.
 *
 * Not every seed can judge every property, so a few seeds that did not do not fail. A profile
 * that leaves out faults may leave out what a property or a mark needs.
 */
import type { PlanSizes } from '../plan/arbitrary.ts';
import { PROFILES } from '../plan/profile.ts';
import { JUDGED_WITHIN_SEEDS, type Property } from '../run/property.ts';
import type { Scenario } from '../run/scenario.ts';
import { FAULT_GROUPS } from '../world/faults/fault-kind.ts';
import type { Totals } from './totals.ts';

export interface Untested {
  /** Why a campaign in which everything held shows too little, in words. */
  readonly reason: string;
  /** Ids of the properties that were never judged although enough seeds ran. */
  readonly properties: readonly string[];
}

/** Null when the campaign tested what it had to, or has a failure. */
export function untestedOf(
  totals: Totals,
  { actors, properties }: Pick<Scenario, 'actors' | 'properties'>,
  { profile = 'all' }: Pick<PlanSizes, 'profile'>,
): Untested | null {
  const { seeds, failures } = totals;
  if (seeds === 0 || failures.size > 0) return null;
  const unused = Object.keys(actors).length === 0 ? null : unusedReason(totals);
  if (unused !== null) return { reason: unused, properties: [] };
  if (PROFILES[profile].groups.length < FAULT_GROUPS.length) return null;
  const unjudged = unjudgedIds(totals, properties);
  const judgedReason = [...unjudged].map((id) => `${id} was never judged in ${seeds} seeds`);
  const reasons = [...judgedReason, ...unreachedReasons(totals, properties)];
  return reasons.length === 0 ? null : { reason: reasons.join('; '), properties: unjudged };
}

/** A scenario without actors is tested by its nodes alone. */
function unusedReason({ uses }: Totals): string | null {
  const { ok, fail, unknown, connections, responses, firstFailure } = uses;
  const example = firstFailure === null ? '' : `; the first: ${firstFailure}`;
  if (ok + fail + unknown === 0) return 'no operation of an actor ended';
  if (ok === 0) return `no operation ended ok: ${fail} failed, ${unknown} ended unknown${example}`;
  return connections + responses === 0 ? 'no connection of an actor was accepted' : null;
}

function unjudgedIds({ seeds, checked }: Totals, properties: readonly Property[]): readonly string[] {
  return properties
    .filter(({ id, judgedWithinSeeds = JUDGED_WITHIN_SEEDS }) => checked[id] === 0 && seeds >= judgedWithinSeeds)
    .map(({ id }) => id);
}

function unreachedReasons({ seeds, marks: reached }: Totals, properties: readonly Property[]): readonly string[] {
  return properties
    .flatMap(({ marks = [] }) => marks)
    .filter((mark) => typeof mark !== 'string')
    .filter(({ name, withinSeeds }) => reached[name] === 0 && seeds >= withinSeeds)
    .map(
      ({ name, withinSeeds }) => `the mark "${name}" was not reached in ${seeds} seeds (withinSeeds: ${withinSeeds})`,
    );
}
