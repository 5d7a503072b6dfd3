/** Identifiers of stream entries. */
import { minus, plus, UINT64_MAX, type Wide } from '../numbers/wide.ts';

/** Two unsigned 64-bit integers. */
export interface StreamId {
  readonly ms: Wide;
  readonly sequence: Wide;
}

export const ZERO: StreamId = { ms: 0, sequence: 0 };
export const GREATEST: StreamId = { ms: UINT64_MAX, sequence: UINT64_MAX };

export function compareIds(one: StreamId, other: StreamId): number {
  if (one.ms !== other.ms) return one.ms < other.ms ? -1 : 1;
  if (one.sequence === other.sequence) return 0;
  return one.sequence < other.sequence ? -1 : 1;
}

export function formatId({ ms, sequence }: StreamId): string {
  return `${ms}-${sequence}`;
}

/** Returns null for the greatest identifier. */
export function idAfter({ ms, sequence }: StreamId): StreamId | null {
  if (sequence !== UINT64_MAX) return { ms, sequence: plus(sequence, 1) };
  return ms === UINT64_MAX ? null : { ms: plus(ms, 1), sequence: 0 };
}

/** Returns null for the least identifier. */
export function idBefore({ ms, sequence }: StreamId): StreamId | null {
  if (sequence !== 0) return { ms, sequence: minus(sequence, 1) };
  return ms === 0 ? null : { ms: minus(ms, 1), sequence: UINT64_MAX };
}
