/**
 * The connection that led to code behind an `await`.
 *
 * A step begins with one connection, but its microtasks may continue the work of several: one read
 * may contain the replies to the commands of many, and a lock that one releases lets another in. A
 * client of Redis may send a command later than it was called, too. So each promise keeps the
 * connection that led to it, as it keeps a context of AsyncLocalStorage. A promise that no
 * connection led to continues with the one of its step.
 */
import { promiseHooks } from 'node:v8';

/** Adds a private field to a promise, which programs and `util.inspect` can't see. */
class Stamped extends (function identity(promise: object) {
  return promise;
} as unknown as new (promise: object) => object) {
  readonly #connection: string;

  constructor(promise: object, connection: string) {
    super(promise);
    this.#connection = connection;
  }

  static connectionOf(promise: object): string | null {
    return #connection in promise ? promise.#connection : null;
  }
}

/** Where the connection that leads to the running code is kept. */
export interface ConnectionHolder {
  connection: string;
}

/**
 * Sets the connection of `holder` for code that continues behind a promise.
 * @returns a function that ends this
 */
export function followPromises(holder: ConnectionHolder): () => void {
  let ofStep = '';
  return promiseHooks.createHook({
    init(promise) {
      if (holder.connection !== '') new Stamped(promise, holder.connection);
    },
    before(promise) {
      ofStep = holder.connection;
      holder.connection = Stamped.connectionOf(promise) ?? ofStep;
    },
    after() {
      holder.connection = ofStep;
    },
  }) as () => void;
}
