/** Moments that the text of a failure names: `revoked at 3.576 s`, `begun at 1143.5 ms`. */
import type { RunRecord } from '../../kernel/record.ts';

const MOMENT = /\b(?:at|since|until|after) (\d{1,9})(?:\.(\d{1,3}))? (m?s)\b/g;

interface Moment {
  /** As the text has it. */
  readonly number: string;
  readonly digits: number;
  /** Milliseconds in the unit of the text. */
  readonly unitMs: number;
}

function momentsOf(text: string): readonly Moment[] {
  return [...text.matchAll(MOMENT)].map(([, whole = '', fraction = '', unit]) => ({
    number: fraction === '' ? whole : `${whole}.${fraction}`,
    digits: fraction.length,
    unitMs: unit === 'ms' ? 1 : 1000,
  }));
}

/** Whether a record is of a moment that the text names, as exactly as the text does. */
export function momentsIn(text: string): (record: RunRecord) => boolean {
  const moments = momentsOf(text);
  return ({ atMs }) => moments.some(({ number, digits, unitMs }) => (atMs / unitMs).toFixed(digits) === number);
}

/** The moments that the text names, in milliseconds. */
export function timesIn(text: string): readonly number[] {
  return momentsOf(text).map(({ number, unitMs }) => Number(number) * unitMs);
}
