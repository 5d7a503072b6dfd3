/** How received bytes reach `node:net`: in a new buffer each, or in one of the caller's. */
import { HandleWrites } from './handle-writes.ts';
import { copyOf, setRead } from './stream-base.ts';

export abstract class HandleReads extends HandleWrites {
  /** Set by `node:net`. Returns the next buffer if it has another one. */
  onread: ((bytes?: ArrayBuffer) => unknown) | null = null;
  bytesRead = 0;
  /** Reading has not begun or has stopped, perhaps within a read. */
  protected isStopped = true;
  #userBuffer: Uint8Array | null = null;

  useUserBuffer(buffer: Uint8Array): void {
    this.#userBuffer = buffer;
  }

  /** Returns the bytes that were not read because reading stopped. */
  protected received(bytes: Buffer): Buffer | undefined {
    if (this.#userBuffer === null) {
      this.bytesRead += bytes.length;
      setRead(bytes.length);
      this.onread?.(copyOf(bytes));
      return undefined;
    }
    let start = 0;
    while (start < bytes.length && !this.isStopped) {
      const part = bytes.subarray(start, start + this.#userBuffer.length);
      start += part.length;
      this.bytesRead += part.length;
      this.#userBuffer.set(part);
      setRead(part.length);
      const next = this.onread?.();
      if (next instanceof Uint8Array) this.#userBuffer = next;
    }
    return start < bytes.length ? bytes.subarray(start) : undefined;
  }
}
