/**
 * Where a burst is split into segments. Points are fractions of the burst, keyed by the connection
 * and the number of the burst: versions of Node write the same response in different numbers of
 * bytes, and must not draw differently.
 */
import { type Draws, type Scope, subscope } from '../../kernel/draws.ts';
import type { Burst } from './stream-end.ts';

/** One burst in eight is split, half of these into three segments. */
const SPLIT_FRACTION = 1 / 8;

/** Offsets of the splits, ascending, within the burst. Each segment has at least one byte. */
export function splitPoints(draws: Draws, scope: Scope, direction: 'up' | 'down', { bytes, number }: Burst): number[] {
  const splits = subscope(scope, `split/${direction}`);
  const chosen = draws.fraction(splits, 3 * number);
  if (chosen >= SPLIT_FRACTION || bytes.length < 2) return [];
  const count = chosen < SPLIT_FRACTION / 2 ? 2 : 1;
  const points = Array.from({ length: count }, (_, index) => {
    const fraction = draws.fraction(splits, 3 * number + 1 + index);
    return 1 + Math.floor(fraction * (bytes.length - 1));
  });
  return [...new Set(points)].sort((a, b) => a - b);
}
