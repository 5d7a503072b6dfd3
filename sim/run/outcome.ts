/** Validates what operations return, since scenarios may be written in JavaScript. */
import type { Outcome } from './actor.ts';

export const OUTCOME_RULE =
  "an operation returns nothing, 'ok', or an object with outcome ok, fail or unknown and a detail";

const SHOWN_LENGTH = 100;

export function isOutcome(value: unknown): value is Outcome {
  if (typeof value !== 'object' || value === null) return value === 'ok';
  const { outcome, detail } = value as { outcome?: unknown; detail?: unknown };
  return (outcome === 'ok' || outcome === 'fail' || outcome === 'unknown') && typeof detail === 'string';
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
