/** Whether a report names places of the code. Their lines are worth bundling the code again. */
import type { CausesOf } from '../kernel/causes.ts';
import type { RunRecord } from '../kernel/record.ts';
import type { PlaceOfRecord } from '../kernel/record-code.ts';
import type { Printed } from '../kernel/recorder.ts';
import type { Failure } from '../run/run-verdict.ts';
import { SIMULATED_FILE } from '../system/stack-frames.ts';
import { excerptOf, VERBOSE_LINES } from './excerpt/excerpt.ts';

/** The part of a finding or of a run's report that may name places. */
export interface Placed {
  readonly failure: Failure | null;
  readonly records?: readonly RunRecord[] | undefined;
  readonly places?: readonly PlaceOfRecord[] | undefined;
  readonly causes?: readonly CausesOf[] | undefined;
  readonly printed?: readonly Printed[] | undefined;
}

/**
 * Whether a report or a trace names a place, so that lines are worth bundling the code again.
 * `everyRecord`: it has all records.
 */
export function namesPlaces(
  { failure, records = [], places = [], causes, printed = [] }: Placed,
  everyRecord: boolean,
): boolean {
  if (failure?.verdict !== 'violation' && failure?.places !== undefined) return true;
  const texts = [failure?.text ?? '', ...printed.map(({ text }) => text), ...records.map(outputOf)];
  if (texts.some((text) => text.includes(SIMULATED_FILE))) return true;
  if (everyRecord) return places.length > 0;
  if (failure === null || places.length === 0) return false;
  const shown = new Set(excerptOf(records, failure, { lines: VERBOSE_LINES, causes }).flatMap(({ alike }) => alike));
  return places.some(({ record }) => shown.has(records[record] as RunRecord));
}

function outputOf(record: RunRecord): string {
  return record.type === 'probe' ? String(record.fields['line'] ?? record.fields['text'] ?? '') : '';
}
