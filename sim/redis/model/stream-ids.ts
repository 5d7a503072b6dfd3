/** Parses identifiers of stream entries. */
import { fail } from './reply.ts';
import { GREATEST, type StreamId, ZERO } from './stream.ts';

const INVALID = 'ERR Invalid stream ID specified as stream command argument';

const ID = /^(\d+)(?:-(\d+))?$/;

/** Parses `5-1`, or `5`, which has the default sequence number. */
export function idOf(text: string | undefined, defaultSequence = 0): StreamId {
  const [, ms, sequence] = ID.exec(text ?? '') ?? fail(INVALID);
  return { ms: Number(ms), sequence: sequence === undefined ? defaultSequence : Number(sequence) };
}

/** Parses `-`, `+`, `5-1` or `(5-1`. Returns an inclusive bound. */
export function boundOf(text: string | undefined, isLow: boolean): StreamId {
  if (text === '-') return ZERO;
  if (text === '+') return GREATEST;
  const isOpen = text?.startsWith('(') === true;
  const id = idOf(isOpen ? text?.slice(1) : text, isLow ? 0 : GREATEST.sequence);
  if (!isOpen) return id;
  if (isLow) return { ms: id.ms, sequence: id.sequence + 1 };
  return id.sequence > 0 ? { ms: id.ms, sequence: id.sequence - 1 } : { ms: id.ms - 1, sequence: GREATEST.sequence };
}
