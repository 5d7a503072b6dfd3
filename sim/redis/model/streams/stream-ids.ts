/** Parses identifiers of stream entries. */
import { latin1Of, untilZero } from '../bytes.ts';
import { fail } from '../reply.ts';
import { GREATEST, idAfter, idBefore, type StreamId, ZERO } from './stream-id.ts';
import { UINT64_MAX, type Wide, wideOf } from '../numbers/wide.ts';

const INVALID = 'ERR Invalid stream ID specified as stream command argument';

/** As C's `strtoull` parses it: blanks, a sign and zeros may precede the digits. */
const PART = /^[ \t-\r]*\+?(\d+)$/;

const TEXT_MAX = 127;

/** Returns null for anything but an unsigned 64-bit integer. */
export function unsignedOf(text: string): Wide | null {
  const digits = PART.exec(text)?.[1];
  if (digits === undefined) return null;
  const value = wideOf(digits.replace(/^0+(?=\d)/, ''));
  return value <= UINT64_MAX ? value : null;
}

/** Returns null when the text, up to its first zero byte, is not an identifier. */
export function parseId(text: string, defaultSequence: Wide = 0): StreamId | null {
  if (latin1Of(text).length > TEXT_MAX) return null;
  const shown = untilZero(text);
  const dash = shown.indexOf('-');
  const ms = unsignedOf(dash < 0 ? shown : shown.slice(0, dash));
  const sequence = dash < 0 ? defaultSequence : unsignedOf(shown.slice(dash + 1));
  return ms === null || sequence === null ? null : { ms, sequence };
}

/** Parses `5-1`, or `5`, which has the default sequence number. */
export function idOf(text: string | undefined, defaultSequence: Wide = 0): StreamId {
  return parseId(text ?? '', defaultSequence) ?? fail(INVALID);
}

/** Parses `5-1`, `5`, `-` or `+`. */
export function idOrEndOf(text: string | undefined, defaultSequence: Wide = 0): StreamId {
  if (text === '-') return ZERO;
  return text === '+' ? GREATEST : idOf(text, defaultSequence);
}

/** Parses `-`, `+`, `5-1` or `(5-1`. Returns an inclusive bound. */
export function boundOf(text: string | undefined, isLow: boolean): StreamId {
  const defaultSequence = isLow ? 0 : UINT64_MAX;
  if (text === undefined || text.length < 2 || !text.startsWith('(')) return idOrEndOf(text, defaultSequence);
  const id = idOf(text.slice(1), defaultSequence);
  return isLow
    ? (idAfter(id) ?? fail('ERR invalid start ID for the interval'))
    : (idBefore(id) ?? fail('ERR invalid end ID for the interval'));
}
