/**
 * What makes two replays the same: what runs, and what is expected of it. The code they were saved with is not part of it, so the same
 * finding on the next version of the code is the same replay.
 */
import { createHash } from 'node:crypto';
import type { Replay } from './replay-document.ts';

export const ID_LENGTH = 6;

type Identifying = Pick<Replay, 'scenario' | 'variant' | 'plan' | 'choices' | 'expected' | 'stepsMax'>;

/** Text that is equal for equal replays. */
export function identityOf({ scenario, variant, plan, choices, expected, stepsMax = 0 }: Identifying): string {
  return sorted([scenario, variant, plan, choices, expected, stepsMax]);
}

/** Six hexadecimal digits; another six for each `attempt`, for the rare case that they are taken by another replay. */
export function replayIdOf(replay: Identifying, attempt = 0): string {
  return createHash('sha256')
    .update(`${attempt} ${identityOf(replay)}`)
    .digest('hex')
    .slice(0, ID_LENGTH);
}

function sorted(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${sorted(item)}`).join()}}`;
}
