/**
 * What a run repeats that does not end. Its last records are only the round at which the run was
 * ended, so that the report shows what goes around, how often, and from where on.
 */
import type { RunRecord } from '../../kernel/record.ts';
import type { Failure } from '../../run/run-verdict.ts';
import { lookOf } from './fold.ts';

/** Of a failure with this signature, the run took too many steps, or time has not moved. */
const ENDLESS: ReadonlySet<Failure['signature']> = new Set(['no-progress: steps', 'no-progress: frozen']);

/** One record in this number is among the last ones, in which only the loop goes on. */
const LAST_ONE_IN = 4;

/** What is repeated less than this share of the most frequent look goes on beside the loop. */
const SHARE_MIN = 0.5;

/** Number of repetitions from which on it is a loop. */
const REPEATED_MIN = 10;

/** The looks that records of the loop have. Empty for a run that has ended. */
export function loopOf(
  records: readonly RunRecord[],
  { signature }: { readonly signature?: string | undefined },
): ReadonlySet<string> {
  if (signature === undefined || !ENDLESS.has(signature)) return new Set();
  const counts = new Map<string, number>();
  for (const record of records.slice(-Math.ceil(records.length / LAST_ONE_IN))) {
    const look = lookOf(record);
    if (look !== null) counts.set(look, (counts.get(look) ?? 0) + 1);
  }
  let most = 0;
  for (const count of counts.values()) if (count > most) most = count;
  if (most < REPEATED_MIN) return new Set();
  return new Set([...counts].filter(([, count]) => count >= most * SHARE_MIN).map(([look]) => look));
}

/** The position of the first record with each of these looks: what led to them began the loop. */
export function firstRoundOf(records: readonly RunRecord[], loop: ReadonlySet<string>): number[] {
  if (loop.size === 0) return [];
  const firsts = new Map<string, number>();
  for (const [position, record] of records.entries()) {
    const look = lookOf(record);
    if (look !== null && loop.has(look) && !firsts.has(look)) firsts.set(look, position);
  }
  return [...firsts.values()];
}
