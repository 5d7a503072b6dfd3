/** Moments that the text of a failure names: `revoked at 3.576 s`. */
import type { RunRecord } from '../../kernel/record.ts';

const SECONDS = /\b(?:at|since|until|after) (\d{1,9})(?:\.(\d{1,3}))? s\b/g;

/** Whether a record is of a moment that the text names, as exactly as the text does. */
export function momentsIn(text: string): (record: RunRecord) => boolean {
  const moments = new Set<string>();
  const digitsOf = new Set<number>();
  for (const [, whole = '', fraction = ''] of text.matchAll(SECONDS)) {
    digitsOf.add(fraction.length);
    moments.add(fraction === '' ? whole : `${whole}.${fraction}`);
  }
  return ({ atMs }) => [...digitsOf].some((digits) => moments.has((atMs / 1000).toFixed(digits)));
}
