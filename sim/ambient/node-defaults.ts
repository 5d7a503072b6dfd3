/**
 * What differs between the versions of Node that a simulation supports, and that code can observe.
 * During a run all versions have what the newest has, so that a seed gives the same run on each:
 * - Streams of bytes have a buffer of 64 KiB from Node 22 on; before, of 16 KiB.
 * - Iterators can be disposed of from Node 24 on. Some packages ask for it (`@trpc/server`).
 * - An HTTP server that closes also closes connections without a request, from Node 26 on: see
 *   net/http-connections.ts.
 */
import { getDefaultHighWaterMark, setDefaultHighWaterMark } from 'node:stream';

const BUFFER_BYTES = 64 * 1024;

const asyncIterator = prototypeOf(prototypeOf(prototypeOf((async function* () {})())));
const iterator = prototypeOf(prototypeOf([][Symbol.iterator]()));

function prototypeOf(value: object): object {
  return Object.getPrototypeOf(value) as object;
}

/** ECMAScript 2026: `[Symbol.asyncDispose]` and `[Symbol.dispose]` of the two prototypes. */
const METHODS = {
  async [Symbol.asyncDispose](this: Partial<AsyncIterator<unknown, unknown, undefined>>): Promise<void> {
    await this.return?.(undefined);
  },
  [Symbol.dispose](this: Partial<Iterator<unknown, unknown, undefined>>): void {
    this.return?.();
  },
};

const OWNERS = [
  { prototype: asyncIterator, key: Symbol.asyncDispose },
  { prototype: iterator, key: Symbol.dispose },
] as const;

export class NodeDefaults {
  readonly #bufferBytes = getDefaultHighWaterMark(false);
  readonly #missing = OWNERS.filter(({ prototype, key }) => !(key in prototype));

  install(): void {
    setDefaultHighWaterMark(false, BUFFER_BYTES);
    for (const { prototype, key } of this.#missing)
      Object.defineProperty(prototype, key, { value: METHODS[key], writable: true, configurable: true });
  }

  uninstall(): void {
    setDefaultHighWaterMark(false, this.#bufferBytes);
    for (const { prototype, key } of this.#missing) Reflect.deleteProperty(prototype, key);
  }
}
