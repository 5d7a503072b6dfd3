/**
 * Values as they are printed. Whoever looks closely must see the same run: so a value is not asked
 * how it is to be shown, neither by what it has for that (`toString`, `toJSON`, `inspect.custom`)
 * nor by its getters, and one that can't be shown breaks nothing.
 */
import { inspect } from 'node:util';

/** Text and numbers stay what they are, for the places of a format; of all else, a text. */
export function printedValue(value: unknown): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return value;
  try {
    return inspect(value, { customInspect: false, getters: false });
  } catch {
    return '(something that can not be shown)';
  }
}

/** What was written to a stream. */
export function printedChunk(chunk: unknown): string {
  return chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : String(printedValue(chunk));
}
