/**
 * The identity of a replay: what runs and what is expected. The code hash is not part of it, so the
 * same finding on the next version of the code is the same replay.
 */
import { createHash } from 'node:crypto';
import type { Replay } from './replay-document.ts';

export const ID_LENGTH = 6;

type Identifying = Pick<Replay, 'scenario' | 'variant' | 'plan' | 'choices' | 'expected' | 'stepsMax'>;

/** A text that is equal for equal replays only. */
export function identityOf({ scenario, variant, plan, choices, expected, stepsMax = 0 }: Identifying): string {
  return sorted([scenario, variant, plan, choices, expected, stepsMax]);
}

/** Six hexadecimal digits. `attempt` gives other digits when a different replay has taken them. */
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
