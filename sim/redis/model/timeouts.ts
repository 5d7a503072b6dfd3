/** Parses the timeouts of blocking commands. Both functions return milliseconds; 0: no timeout. */
import { wideInteger } from './command.ts';
import { isLongDouble, millisecondsOf } from './numbers/long-doubles.ts';
import { fail } from './reply.ts';
import { INT64_MAX, normalized, type Wide } from './numbers/wide.ts';

function checked(ms: Wide): number {
  return ms < 0 ? fail('ERR timeout is negative') : Number(ms);
}

/** Parses seconds, which may have a fraction. */
export function timeoutFromSeconds(text: string | undefined): number {
  if (text === undefined || !isLongDouble(text)) return fail('ERR timeout is not a float or out of range');
  const ms = millisecondsOf(text);
  // Redis converts the number to 64 bits, which makes one that is too large negative.
  return checked(ms === null || ms > INT64_MAX ? -1 : normalized(ms));
}

/** Parses milliseconds, which commands on streams use. */
export function timeoutFromMs(text: string | undefined): number {
  return checked(wideInteger(text, 'ERR timeout is not an integer or out of range'));
}
