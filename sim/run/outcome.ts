/** What an operation may end in. Scenarios have no compiler in every case. */
import type { Outcome } from './scenario.ts';

export const OUTCOME_RULE = 'an operation ends in ok, or in an object with outcome fail or unknown and a detail';

const SHOWN_LENGTH = 100;

export function isOutcome(value: unknown): value is Outcome {
  if (typeof value !== 'object' || value === null) return value === 'ok';
  const { outcome, detail } = value as { outcome?: unknown; detail?: unknown };
  return (outcome === 'fail' || outcome === 'unknown') && typeof detail === 'string';
}

/** `'fine'`, `nothing`, `{"outcome":"fail"}` */
export function shownOutcome(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `'${value.slice(0, SHOWN_LENGTH)}'`;
  try {
    return (JSON.stringify(value) ?? typeof value).slice(0, SHOWN_LENGTH);
  } catch {
    return typeof value;
  }
}
