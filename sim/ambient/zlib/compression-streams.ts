/**
 * `CompressionStream` and `DecompressionStream` for one process. As in Node, each is a stream of
 * `node:zlib` with the interface of the web, so its work completes in events of the process.
 */
import { Duplex } from 'node:stream';
import { inspect } from 'node:util';
import type { ModuleExports } from '../builtins/module-proxy.ts';
import { nodeError } from '../process/node-error.ts';

/** The suffixes of `create…` in `node:zlib`, by format: to compress, and to decompress. */
const SUFFIXES: ReadonlyMap<unknown, readonly [string, string]> = new Map([
  ['gzip', ['Gzip', 'Gunzip']],
  ['deflate', ['Deflate', 'Inflate']],
  ['deflate-raw', ['DeflateRaw', 'InflateRaw']],
]);

/** Both classes, over the process's own `node:zlib`. */
export function createCompressionStreams(zlib: ModuleExports): ModuleExports {
  return {
    CompressionStream: streamClass('CompressionStream', (suffixes) => create(zlib, suffixes[0])),
    DecompressionStream: streamClass('DecompressionStream', (suffixes) => create(zlib, suffixes[1])),
  };
}

function create(zlib: ModuleExports, suffix: string): Duplex {
  return (zlib[`create${suffix}`] as () => Duplex)();
}

function streamClass(name: string, createFor: (suffixes: readonly [string, string]) => Duplex) {
  const Simulated = class {
    readonly #streams: ReturnType<typeof Duplex.toWeb>;

    constructor(format: unknown) {
      const suffixes = SUFFIXES.get(format);
      if (suffixes === undefined)
        throw nodeError(
          TypeError,
          'ERR_INVALID_ARG_VALUE',
          `The argument 'format' is invalid. Received ${inspect(format)}`,
        );
      this.#streams = Duplex.toWeb(createFor(suffixes));
    }

    get readable() {
      return this.#streams.readable;
    }

    get writable() {
      return this.#streams.writable;
    }
  };
  const enumerable = { enumerable: true };
  Object.defineProperties(Simulated.prototype, {
    readable: enumerable,
    writable: enumerable,
    [Symbol.toStringTag]: { value: name, configurable: true },
  });
  return Object.defineProperty(Simulated, 'name', { value: name });
}
