/**
 * Reads the frames of Hocuspocus. A frame has the name of the document, the type of the message,
 * and for the type `sync` a step of the Yjs protocol: a state vector, or an update.
 */
import * as Y from 'yjs';

const SYNC = 0;
const SYNC_REPLY = 4;
const STATE_VECTOR = 0;
const ANSWER = 1;

export interface SyncUpdate {
  readonly document: string;
  /** Whether it answers a state vector: after it, the receiver has all that the sender has. */
  readonly isAnswer: boolean;
  readonly update: Uint8Array;
}

/** `hex` is the text of a binary frame record. Null if the frame has no update. */
export function readUpdate(hex: string): SyncUpdate | null {
  // The record of a longer frame does not have all its bytes.
  if (hex.includes('…')) return null;
  const bytes = Buffer.from(hex, 'hex');
  let offset = 0;
  const readNumber = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[offset++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const readBytes = (): Buffer => {
    const length = readNumber();
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  const document = readBytes().toString();
  const type = readNumber();
  if (type !== SYNC && type !== SYNC_REPLY) return null;
  const step = readNumber();
  return step === STATE_VECTOR ? null : { document, isAnswer: step === ANSWER, update: readBytes() };
}

/** The lines of a stored document. */
export function linesOf(stored: Uint8Array | undefined): readonly string[] {
  const document = new Y.Doc();
  if (stored !== undefined) Y.applyUpdate(document, stored);
  return document.getArray<string>('lines').toArray();
}
