/**
 * Two ends of a connection in memory, and the queue of what is under way between pairs. The queue
 * is emptied by its owner, one delivery after the other, with all ticks and microtasks behind each:
 * the least that a simulator has to do.
 */
import { Duplex } from 'node:stream';
import { Fifo } from '../../sim/kernel/fifo.ts';

const runMicrotasks = (process as unknown as { _tickCallback: () => void })._tickCallback.bind(process);

export class Deliveries {
  readonly #queue = new Fifo<() => void>();

  add(deliver: () => void): void {
    this.#queue.push(deliver);
  }

  /** Delivers until nothing is under way. Call it outside of a microtask. */
  run(): void {
    runMicrotasks();
    for (let deliver = this.#queue.take(); deliver !== undefined; deliver = this.#queue.take()) {
      deliver();
      runMicrotasks();
    }
  }
}

export class MemoryEnd extends Duplex {
  readonly remoteAddress = '127.0.0.1';
  #peer: MemoryEnd | null = null;
  readonly #deliveries: Deliveries;

  constructor(deliveries: Deliveries) {
    super();
    this.#deliveries = deliveries;
  }

  static pair(deliveries: Deliveries): [MemoryEnd, MemoryEnd] {
    const [one, other] = [new MemoryEnd(deliveries), new MemoryEnd(deliveries)];
    one.#peer = other;
    other.#peer = one;
    return [one, other];
  }

  // The members of a socket that http and `ws` call.
  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  override _read(): void {
    // What the peer writes is pushed when it is delivered.
  }

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.#deliver(bytes);
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#deliver(Buffer.concat(chunks.map(({ chunk }) => chunk)));
    done();
  }

  override _final(done: () => void): void {
    this.#deliver(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.writableFinished) this.#deliver(null);
    done(error);
  }

  #deliver(bytes: Buffer | null): void {
    const peer = this.#peer;
    this.#deliveries.add(() => {
      if (peer === null || peer.destroyed || peer.readableEnded) return;
      peer.push(bytes);
      // Without a read, an end without a reader would never close.
      if (bytes === null) peer.read(0);
    });
  }
}
