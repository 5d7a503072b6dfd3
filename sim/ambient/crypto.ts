/**
 * The global `crypto`: random values come from the host, and `subtle` does not use the thread pool.
 */
import type { AmbientHost } from '../system/image.ts';
import type { Guard } from './guard.ts';
import { fillRandom, randomUuid } from './random.ts';
import { createSubtle } from './subtle-crypto.ts';

const BYTES_MAX = 65_536;

export interface SimulatedWebCrypto {
  getRandomValues<T extends ArrayBufferView>(view: T): T;
  randomUUID(): string;
  readonly subtle: unknown;
}

export function createWebCrypto(host: AmbientHost, guard: Guard): SimulatedWebCrypto {
  return {
    getRandomValues(view) {
      if (
        !ArrayBuffer.isView(view) ||
        view instanceof DataView ||
        view instanceof Float32Array ||
        view instanceof Float64Array
      ) {
        throw new DOMException('The data argument must be an integer-type TypedArray', 'TypeMismatchError');
      }
      if (view.byteLength > BYTES_MAX)
        throw new DOMException(`The requested length exceeds ${BYTES_MAX} bytes`, 'QuotaExceededError');
      fillRandom(host, 'crypto.getRandomValues', new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
      return view;
    },
    randomUUID: () => randomUuid(host, 'crypto.randomUUID'),
    subtle: createSubtle(host, guard),
  };
}
