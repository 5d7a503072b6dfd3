import type { SourceEdit } from '../../sim/index.ts';
import type { Plan } from '../../sim/plan/plan.ts';

/** An edit of the gateway that breaks one clause of a property. */
export interface Clause {
  readonly property: string;
  /** What the edit breaks. */
  readonly broken: string;
  /** The subject of the violation. Of several, one shows first, depending on the seed. */
  readonly subject: string | readonly string[];
  readonly edits: readonly SourceEdit[];
  /** A plan that shows it, if random runs do so too rarely for a test. */
  readonly plan?: Plan;
  /** Only this property is checked, because another one would find the bug first. */
  readonly alone?: boolean;
}

/** A clause of a property whose bugs other properties may find, too. So it is checked alone. */
export const aloneClause = (
  property: string,
  broken: string,
  subject: Clause['subject'],
  edits: Clause['edits'],
): Clause => ({ property, broken, subject, edits, alone: true });

export const inCore = (file: string, within: string, find: string, put: string): SourceEdit => ({
  file: `../core/${file}`,
  within,
  find,
  put,
});
