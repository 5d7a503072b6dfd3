/**
 * `node:fs` of a main module: reading and writing whole files, folders and streams of files. What
 * it lacks, such as descriptors of files and watching, throws by name.
 *
 * Everything ends within the step that asked for it. Many packages read a file once and keep the
 * result, and a step more in the first run would be a difference to all later ones.
 */
import { Readable, Writable } from 'node:stream';
import type { AmbientHost } from '../../system/image.ts';
import { moduleProxy, type ModuleExports } from '../builtins/module-proxy.ts';
import type { Guard } from '../guard.ts';
import type { FileSystem } from './file-system.ts';
import { createOperations, type Operations } from './operations.ts';

/** Node's default for streams of files. */
const READ_BYTES = 65_536;
const FIRST_DESCRIPTOR = 3;

interface ReadOptions {
  readonly encoding?: BufferEncoding;
  readonly start?: number;
  readonly end?: number;
  readonly highWaterMark?: number;
}

export interface FsParts {
  readonly files: FileSystem;
  readonly host: AmbientHost;
  readonly guard: Guard;
  /** Node's module. */
  readonly real: ModuleExports;
  /** Writing to descriptors 1 and 2. */
  readonly output: ModuleExports;
}

/** `node:fs`. Its `promises` are `node:fs/promises`. */
export function createFs({ files, host, guard, real, output }: FsParts): ModuleExports {
  const operations = createOperations(files, host, guard);
  const later: Later = (callback) => host.nextTick(callback);
  const replaced: ModuleExports = { ...output };
  for (const [name, operate] of Object.entries(operations)) {
    replaced[`${name}Sync`] = operate;
    replaced[name] = name === 'exists' ? exists(operate, later) : withCallback(operate, later);
  }
  const realpath = replaced['realpath'] as object;
  Object.assign(realpath, { native: realpath });
  Object.assign(replaced['realpathSync'] as object, { native: replaced['realpathSync'] });
  replaced['createReadStream'] = (path: unknown, options?: BufferEncoding | ReadOptions) =>
    readStream(operations, path, typeof options === 'string' ? { encoding: options } : (options ?? {}));
  replaced['createWriteStream'] = (path: unknown) => writeStream(operations, path);
  const promises = promised(operations);
  replaced['promises'] = moduleProxy('node:fs/promises', real['promises'] as ModuleExports, guard, promises, [
    'constants',
  ]);
  return moduleProxy('node:fs', real, guard, replaced, [
    'constants',
    'Stats',
    'Dirent',
    'F_OK',
    'R_OK',
    'W_OK',
    'X_OK',
  ]);
}

function promised({ exists: _exists, ...operations }: Operations): ModuleExports {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operate]) => [
      name,
      (...parameters: never[]) => new Promise((resolve) => resolve(operate(...parameters))),
    ]),
  );
}

type Operate = Operations[string];
type Later = (callback: () => void) => void;

function withCallback(operate: Operate, later: Later) {
  return (...parameters: unknown[]): void => {
    const callback = parameters.pop();
    if (typeof callback !== 'function') {
      const error = new TypeError('The "cb" argument must be of type function. Received undefined');
      throw Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' });
    }
    later(() => {
      let result: unknown;
      try {
        result = operate(...(parameters as never[]));
      } catch (error) {
        (callback as (error: unknown) => void)(error);
        return;
      }
      (callback as (error: null, result: unknown) => void)(null, result);
    });
  };
}

function exists(operate: Operate, later: Later) {
  return (path: never, callback: (exists: boolean) => void): void => later(() => callback(operate(path) as boolean));
}

/** Does what opens a file, in a later turn as Node does, so that an error has a listener. */
function open(stream: Readable | Writable, act: () => void, done: (error?: Error) => void): void {
  try {
    act();
  } catch (error) {
    done(error as Error);
    return;
  }
  done();
  stream.emit('open', FIRST_DESCRIPTOR);
  stream.emit('ready');
}

function readStream({ readFile }: Operations, path: unknown, options: ReadOptions): Readable {
  let rest = Buffer.alloc(0);
  const { start = 0, end = Number.POSITIVE_INFINITY, encoding, highWaterMark = READ_BYTES } = options;
  const stream = new Readable({
    encoding,
    highWaterMark,
    construct(done) {
      open(
        stream,
        () => {
          rest = (readFile?.(path as never) as Buffer).subarray(start, end + 1) as typeof rest;
        },
        done,
      );
    },
    read(size) {
      const part = rest.subarray(0, size);
      rest = rest.subarray(part.length);
      stream.bytesRead += part.length;
      this.push(part.length === 0 ? null : part);
    },
  }) as Readable & { bytesRead: number; path: unknown; close(done?: () => void): void };
  stream.bytesRead = 0;
  stream.path = path;
  stream.close = (done) => {
    if (done !== undefined) stream.once('close', done);
    stream.destroy();
  };
  return stream;
}

function writeStream({ writeFile, appendFile }: Operations, path: unknown): Writable {
  const stream = new Writable({
    construct(done) {
      open(stream, () => writeFile?.(path as never, '' as never), done);
    },
    write(chunk: Buffer, _encoding, done) {
      appendFile?.(path as never, chunk as never);
      stream.bytesWritten += chunk.length;
      done();
    },
  }) as Writable & { bytesWritten: number; path: unknown };
  stream.bytesWritten = 0;
  stream.path = path;
  return stream;
}
