/**
 * `node:zlib` for one process: Node's own classes, whose writes complete in events of the process.
 * Synchronous functions are passed through.
 */
import { AsyncResource } from 'node:async_hooks';
import type { Transform } from 'node:stream';
import type { AmbientHost } from '../../system/image.ts';
import { moduleProxy, type ModuleExports } from '../builtins/module-proxy.ts';
import type { Guard } from '../guard.ts';
import { type AnyConstructor, derivedClass } from '../net/derived-class.ts';
import { invalidType, nodeError } from '../process/node-error.ts';
import type { AsyncContextUse } from '../timers.ts';
import { simulateWrites, type ZlibStream } from './zlib-handle.ts';

/** Each has a function `create…`, and one that works on a whole buffer. */
const CLASSES = [
  'Deflate',
  'Inflate',
  'Gzip',
  'Gunzip',
  'DeflateRaw',
  'InflateRaw',
  'Unzip',
  'BrotliCompress',
  'BrotliDecompress',
  'ZstdCompress',
  'ZstdDecompress',
];

type StreamClass = new (options?: unknown) => Transform & { readonly _maxOutputLength?: number };

export function createZlibModule(
  host: AmbientHost,
  guard: Guard,
  real: ModuleExports,
  context: AsyncContextUse,
): ModuleExports {
  const replaced: ModuleExports = {};
  for (const name of CLASSES) {
    // What this Node lacks is lacking here, too.
    if (!Object.hasOwn(real, name)) continue;
    const Simulated = simulatedClass(real[name] as AnyConstructor, host, context);
    replaced[name] = Simulated;
    replaced[`create${name}`] = (options: unknown) => new Simulated(options);
    replaced[`${name[0]?.toLowerCase()}${name.slice(1)}`] = wholeBuffer(Simulated);
  }
  const passed = Object.getOwnPropertyNames(real).filter(
    (name) => name.endsWith('Sync') || name === 'constants' || name === 'codes' || name === 'crc32',
  );
  return moduleProxy('node:zlib', real, guard, replaced, passed);
}

function simulatedClass(original: AnyConstructor, host: AmbientHost, context: AsyncContextUse): StreamClass {
  const tag = { label: 'node:zlib', owner: 'ambient' };
  return derivedClass(original, {
    made: (stream) => {
      const resource = context.used ? new AsyncResource('ZLIB') : null;
      simulateWrites((stream as ZlibStream)._handle, (complete) => {
        const release = host.reference();
        host.startTimer(tag, 0, () => {
          release();
          if (resource === null) complete();
          else resource.runInAsyncScope(complete);
        });
      });
    },
  }) as unknown as StreamClass;
}

type Callback = (error: Error | null, result?: unknown) => void;

/** `gzip(buffer, options, callback)` and its kin. */
function wholeBuffer(Simulated: StreamClass) {
  return (data: unknown, ...rest: unknown[]): void => {
    const [options, callback] = typeof rest[0] === 'function' ? [{}, rest[0]] : rest;
    const engine = new Simulated(options);
    if (typeof callback !== 'function') throw invalidType('callback', 'function', callback);
    const answer = callback as Callback;
    const parts: Buffer[] = [];
    let length = 0;
    engine.on('data', (part: Buffer) => {
      parts.push(part);
      length += part.length;
      const { _maxOutputLength: max = Infinity } = engine;
      if (length <= max) return;
      engine.removeAllListeners('end').destroy();
      answer(nodeError(RangeError, 'ERR_BUFFER_TOO_LARGE', `Cannot create a Buffer larger than ${max} bytes`));
    });
    engine.on('error', answer);
    engine.on('end', () => {
      const buffer = Buffer.concat(parts);
      engine.destroy();
      answer(null, (options as { info?: boolean } | undefined)?.info === true ? { buffer, engine } : buffer);
    });
    engine.end(bytesOf(data));
  };
}

/** Streams take no other views, nor a whole ArrayBuffer. */
function bytesOf(data: unknown): unknown {
  if (ArrayBuffer.isView(data) && !(data instanceof Uint8Array))
    return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return data instanceof ArrayBuffer || data instanceof SharedArrayBuffer ? Buffer.from(data) : data;
}
