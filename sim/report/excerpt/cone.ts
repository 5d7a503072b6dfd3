/** The cone of causes: the records that led to others, directly or by further records. */
import type { CausesOf } from '../../kernel/causes.ts';

/**
 * The positions of `roots` and of all records that led to them, each with the number of causes
 * between: 0 for a root, 1 for a cause of one. A breadth-first search.
 */
export function coneOf(causes: readonly CausesOf[], roots: readonly number[]): ReadonlyMap<number, number> {
  const distances = new Map(roots.map((root) => [root, 0]));
  for (const [position, distance] of distances) {
    for (const cause of causes[position] ?? []) if (!distances.has(cause)) distances.set(cause, distance + 1);
  }
  return distances;
}
