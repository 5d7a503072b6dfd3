/**
 * The messages of one subscription. It is not an async generator: `return()` of a generator waits
 * for the pending `next()`, and so for a message that may never come.
 */

export interface Message {
  readonly id: string;
  readonly room: string;
  readonly text: string;
  readonly at: string;
}

/** Number of messages that a slow reader may be behind. */
const MAX_QUEUED = 1000;

type Result = IteratorResult<{ messages: Message }>;

export class MessageStream implements AsyncIterableIterator<{ messages: Message }> {
  ended = false;
  readonly #queue: Message[] = [];
  readonly #waiting: ((result: Result) => void)[] = [];
  readonly #release: () => void;

  constructor(release: () => void) {
    this.#release = release;
  }

  push(message: Message): void {
    if (this.ended) return;
    const reader = this.#waiting.shift();
    if (reader) reader({ value: { messages: message }, done: false });
    // Too slow: an end is better than a gap.
    else if (this.#queue.push(message) > MAX_QUEUED) void this.return();
  }

  next(): Promise<Result> {
    const message = this.#queue.shift();
    if (message) return Promise.resolve({ value: { messages: message }, done: false });
    if (this.ended) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<Result> {
    if (!this.ended) {
      this.ended = true;
      this.#queue.length = 0;
      this.#release();
      for (const reader of this.#waiting.splice(0)) reader({ value: undefined, done: true });
    }
    return Promise.resolve({ value: undefined, done: true });
  }

  async throw(error: unknown): Promise<Result> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
