/**
 * Texts of printed values. A detailed run must be the same run, so printing calls no code of the
 * value: neither `toString`, `toJSON` and `inspect.custom` nor getters. It never throws.
 */
import { inspect } from 'node:util';

/** Primitive values are returned as they are, for `util.format`; other values as a text. */
export function printedValue(value: unknown): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return value;
  try {
    return inspect(value, { customInspect: false, getters: false });
  } catch {
    return '(value that cannot be shown)';
  }
}

/** The text of a chunk that was written to a stream. */
export function printedChunk(chunk: unknown): string {
  return chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : String(printedValue(chunk));
}
