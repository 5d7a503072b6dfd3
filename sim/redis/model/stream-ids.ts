/** Identifiers of stream entries as commands spell them. */
import { fail } from './reply.ts';
import { GREATEST, type StreamId, ZERO } from './stream.ts';

const INVALID = 'ERR Invalid stream ID specified as stream command argument';

const ID = /^(\d+)(?:-(\d+))?$/;

/** `5-1`, or `5`, which stands for all of its sequence: the first or the last, as is wanted. */
export function idOf(text: string | undefined, sequenceOtherwise = 0): StreamId {
  const [, ms, sequence] = ID.exec(text ?? '') ?? fail(INVALID);
  return { ms: Number(ms), sequence: sequence === undefined ? sequenceOtherwise : Number(sequence) };
}

/** `-`, `+`, `5-1`, `(5-1` */
export function boundOf(text: string | undefined, isLow: boolean): StreamId {
  if (text === '-') return ZERO;
  if (text === '+') return GREATEST;
  const isOpen = text?.startsWith('(') === true;
  const id = idOf(isOpen ? text?.slice(1) : text, isLow ? 0 : GREATEST.sequence);
  if (!isOpen) return id;
  if (isLow) return { ms: id.ms, sequence: id.sequence + 1 };
  return id.sequence > 0 ? { ms: id.ms, sequence: id.sequence - 1 } : { ms: id.ms - 1, sequence: GREATEST.sequence };
}
