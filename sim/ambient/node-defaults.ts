/**
 * What differs between the versions of Node that a simulation supports, and that code can observe.
 * During a run all versions have what the newest has, so that a seed gives the same run on each:
 * - Streams of bytes have a buffer of 64 KiB from Node 22 on; before, of 16 KiB.
 * - Iterators can be disposed of from Node 24 on. Some packages ask for it (`@trpc/server`).
 */
import { getDefaultHighWaterMark, setDefaultHighWaterMark } from 'node:stream';

const BUFFER_BYTES = 64 * 1024;

const asyncIterator = prototypeOf(prototypeOf(prototypeOf((async function* () {})())));
const iterator = prototypeOf(prototypeOf([][Symbol.iterator]()));

function prototypeOf(value: object): object {
  return Object.getPrototypeOf(value) as object;
}

/** ECMAScript 2026, `%AsyncIteratorPrototype% [ @@asyncDispose ]`. */
async function disposeAsync(this: Partial<AsyncIterator<unknown, unknown, undefined>>): Promise<void> {
  await this.return?.(undefined);
}

/** ECMAScript 2026, `%IteratorPrototype% [ @@dispose ]`. */
function dispose(this: Partial<Iterator<unknown, unknown, undefined>>): void {
  this.return?.();
}

const METHODS = [
  { prototype: asyncIterator, key: Symbol.asyncDispose, name: '[Symbol.asyncDispose]', method: disposeAsync },
  { prototype: iterator, key: Symbol.dispose, name: '[Symbol.dispose]', method: dispose },
];

export class NodeDefaults {
  readonly #bufferBytes = getDefaultHighWaterMark(false);
  readonly #missing = METHODS.filter(({ prototype, key }) => !(key in prototype));

  install(): void {
    setDefaultHighWaterMark(false, BUFFER_BYTES);
    for (const { prototype, key, name, method } of this.#missing) {
      Object.defineProperty(method, 'name', { value: name, configurable: true });
      Object.defineProperty(prototype, key, { value: method, writable: true, configurable: true });
    }
  }

  uninstall(): void {
    setDefaultHighWaterMark(false, this.#bufferBytes);
    for (const { prototype, key } of this.#missing) Reflect.deleteProperty(prototype, key);
  }
}
