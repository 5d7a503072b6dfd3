/** How long a command may wait. */
import { float, integer } from './command.ts';
import { fail } from './reply.ts';

/** Seconds, with a fraction; 0 for ever. */
export function waitMs(text: string | undefined): number {
  const seconds = float(text, 'ERR timeout is not a float or out of range');
  if (seconds < 0) fail('ERR timeout is negative');
  return Math.ceil(seconds * 1000);
}

/** Milliseconds, as streams have it. */
export function blockMs(text: string | undefined): number {
  const ms = integer(text, 'ERR timeout is not an integer or out of range');
  return ms < 0 ? fail('ERR timeout is negative') : ms;
}
