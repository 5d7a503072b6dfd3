/** Parses the timeouts of blocking commands. Both functions return milliseconds; 0: no timeout. */
import { float, integer } from './command.ts';
import { fail } from './reply.ts';

/** Parses seconds, which may have a fraction. */
export function timeoutFromSeconds(text: string | undefined): number {
  const seconds = float(text, 'ERR timeout is not a float or out of range');
  if (seconds < 0) fail('ERR timeout is negative');
  return Math.ceil(seconds * 1000);
}

/** Parses milliseconds, which commands on streams use. */
export function timeoutFromMs(text: string | undefined): number {
  const ms = integer(text, 'ERR timeout is not an integer or out of range');
  return ms < 0 ? fail('ERR timeout is negative') : ms;
}
