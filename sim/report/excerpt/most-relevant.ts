/** Chooses lines by their points, so that they differ from each other. */
import { type Folded, lookOf } from './fold.ts';

/** The points that each chosen line takes from those that look like it, and from its step. */
const SAME_LOOK = 3;
const SAME_STEP = 5;

/** Up to `countMax` lines that are not `chosen` yet, the one with the most points first. */
export function mostRelevant(
  lines: readonly Folded[],
  pointsOf: (line: Folded) => number,
  chosen: readonly Folded[],
  countMax: number,
): Folded[] {
  const counts = new Map<string, number>();
  const countOf = (key: string): number => counts.get(key) ?? 0;
  const count = (line: Folded): void => {
    for (const key of keysOf(line)) counts.set(key, countOf(key) + 1);
  };
  chosen.forEach(count);
  const taken = new Set(chosen);
  const left = new Map(lines.filter((line) => !taken.has(line)).map((line) => [line, pointsOf(line)]));
  const result: Folded[] = [];
  while (result.length < countMax) {
    let best: Folded | null = null;
    let bestPoints = -Infinity;
    for (const [line, points] of left) {
      const [look, step] = keysOf(line);
      const rest = points - SAME_LOOK * countOf(look) - SAME_STEP * countOf(step);
      if (rest <= bestPoints) continue;
      best = line;
      bestPoints = rest;
    }
    if (best === null) break;
    left.delete(best);
    count(best);
    result.push(best);
  }
  return result;
}

function keysOf({ record, firstIndex }: Folded): [look: string, step: string] {
  const isOfStep = record.type === 'command' || record.type === 'timer' || record.type === 'redis';
  const step = isOfStep ? `${record.type} of step ${record.step}` : `line ${firstIndex}`;
  return [lookOf(record) ?? `record ${firstIndex}`, step];
}
