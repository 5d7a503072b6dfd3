/**
 * Where a burst is split into segments. The number of segments is drawn and never depends on the
 * number of bytes, so a segment may be empty: versions of Node write the same response in different
 * numbers of bytes, and must not draw differently or have other events.
 */
import { type Draws, type Scope, subscope } from '../../kernel/draws.ts';
import { headBytesOf, offsetAt } from './places.ts';
import type { Burst } from './burst.ts';

/** One burst in eight is split, half of these into three segments. */
const SPLIT_FRACTION = 1 / 8;

/** Offsets of the splits, ascending, within the burst. */
export function splitPoints(
  draws: Draws,
  scope: Scope,
  direction: 'up' | 'down',
  { bytes, number }: Burst,
): readonly number[] {
  const splits = subscope(scope, `split/${direction}`);
  const chosen = draws.fraction(splits, 3 * number);
  if (chosen >= SPLIT_FRACTION || bytes.length < 2) return [];
  const headBytes = headBytesOf(bytes);
  const count = chosen < SPLIT_FRACTION / 2 ? 2 : 1;
  return Array.from({ length: count }, (_, index) => {
    const fraction = draws.fraction(splits, 3 * number + 1 + index);
    return offsetAt({ start: 1, end: bytes.length }, headBytes, fraction);
  }).sort((a, b) => a - b);
}
