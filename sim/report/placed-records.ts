/**
 * Lines of the source in reports. Records and texts of failures name files without lines, so that
 * they stay the same when code moves. Only the texts that people read get the lines.
 */
import { type SourceOf, withLines } from '../kernel/placed-text.ts';
import type { RunRecord } from '../kernel/record.ts';
import type { PlaceOfRecord } from '../kernel/record-code.ts';
import { SIMULATED_FILE } from '../system/stack-frames.ts';

/** A frame of a stack that the system or the scenario has printed or thrown. */
const FRAME = new RegExp(`${SIMULATED_FILE}(\\S{1,200}?):(\\d{1,9}):(\\d{1,9})`, 'g');

/** The texts with lines of the records that name a place. */
export function placesByRecord(
  records: readonly RunRecord[],
  places: readonly PlaceOfRecord[],
  sourceOf: SourceOf,
): ReadonlyMap<RunRecord, string> {
  const placed = places.flatMap(({ record, place }) => {
    const named = records[record];
    return named === undefined ? [] : [[named, withLines(place, sourceOf)] as const];
  });
  return new Map(placed);
}

/** A text in which stack frames of evaluated texts name their sources. */
export function withSources(text: string, sourceOf: SourceOf): string {
  if (!text.includes(SIMULATED_FILE)) return text;
  return text.replaceAll(FRAME, (frame, name: string, line: string, column: string) => {
    const source = sourceOf({ text: name, line: Number(line), column: Number(column) });
    return source === null ? frame : `${source.file}:${source.line}:${source.column}`;
  });
}
