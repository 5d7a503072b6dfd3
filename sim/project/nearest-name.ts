/**
 * Suggestions for names that are misspelt.
 */

/** At most this share of the longer name may differ. */
const DIFFERENT_SHARE_MAX = 0.4;

/** The known name that is closest to `name`, if one is close; null otherwise. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const lower = name.toLowerCase();
  let nearest: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const distance = editDistance(lower, candidate.toLowerCase());
    const isClose = distance <= DIFFERENT_SHARE_MAX * Math.max(name.length, candidate.length);
    if (!isClose || distance >= least) continue;
    nearest = candidate;
    least = distance;
  }
  return nearest;
}

/** `, did you mean faults?`, or nothing. */
export function suggestion(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === null ? '' : `, did you mean ${nearest}?`;
}

/** Levenshtein's distance: the least number of characters to insert, remove or replace. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, place) => place);
  for (const [index, character] of [...left].entries()) {
    const next = [index + 1];
    for (const [place, other] of [...right].entries()) {
      const replaced = (row[place] ?? 0) + (character === other ? 0 : 1);
      next.push(Math.min(replaced, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
