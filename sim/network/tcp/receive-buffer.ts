/** Bytes that have arrived at an end and were not yet read. */

/** Maximum size of one read, as in Node. */
const READ_BYTES = 65_536;

export class ReceiveBuffer {
  #chunks: Buffer[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#size += bytes.length;
  }

  /** Takes the bytes of one read. */
  read(): Buffer {
    const parts: Buffer[] = [];
    let room = READ_BYTES;
    while (room > 0) {
      const [first] = this.#chunks;
      if (first === undefined) break;
      const part = first.subarray(0, room);
      if (part.length === first.length) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(room);
      parts.push(part);
      room -= part.length;
    }
    this.#size -= READ_BYTES - room;
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
  }

  /** Puts the rest of a read back. */
  unread(bytes: Buffer): void {
    this.#chunks.unshift(bytes);
    this.#size += bytes.length;
  }

  clear(): void {
    this.#chunks = [];
    this.#size = 0;
  }
}
