/**
 * The native handle below a stream of `node:zlib`. Node's own `write` works on the thread pool.
 * Here the work is done within an event of the process, and a write completes in a later event.
 *
 * Node versions compress to different numbers of bytes. So a write has one event and one choice
 * whatever its output: when the output does not fit into the stream's buffer, Node writes the rest
 * of the same chunk again, which is done at once.
 */
import zlib from 'node:zlib';

/** The parameters of a write, which differ between versions and are only passed on. */
type Parameters = unknown[];

export interface ZlibHandle {
  cb: unknown;
  onerror: (this: ZlibHandle, ...parameters: unknown[]) => void;
  write(...parameters: Parameters): void;
  writeSync(...parameters: Parameters): void;
  close(): void;
  init(...parameters: unknown[]): void;
}

export interface ZlibStream {
  readonly _handle: ZlibHandle;
}

type Completed = (this: ZlibHandle) => void;

/** What Node calls when a write is complete. All streams pass the same function to their handle. */
const completed = completedOf(() => zlib.createGzip() as unknown as ZlibStream);

function completedOf(make: () => ZlibStream): Completed {
  let prototype = Object.getPrototypeOf(make()._handle) as ZlibHandle;
  while (!Object.hasOwn(prototype, 'init')) prototype = Object.getPrototypeOf(prototype) as ZlibHandle;
  const { init } = prototype;
  const functions: unknown[] = [];
  prototype.init = function (...parameters) {
    functions.push(...parameters.filter((parameter) => typeof parameter === 'function'));
    init.apply(this, parameters);
  };
  try {
    make();
  } finally {
    prototype.init = init;
  }
  if (functions.length !== 1) throw new Error(`node:zlib of Node ${process.version} is not known`);
  return functions[0] as Completed;
}

/** Makes the handle complete its writes when `later` calls back. */
export function simulateWrites(handle: ZlibHandle, later: (complete: () => void) => void): void {
  let callback: unknown;
  let isNewChunk = false;
  let isClosed = false;
  let hasFailed = false;
  let isCompleting = false;
  let next: Parameters | null = null;
  const { onerror, close } = handle;

  /** Does the work, and what is left of it while Node writes the rest of the chunk. */
  function complete(parameters: Parameters): void {
    isCompleting = true;
    try {
      for (let rest: Parameters | null = parameters; rest !== null; rest = next) {
        next = null;
        hasFailed = false;
        if (!isClosed) handle.writeSync(...rest);
        if (hasFailed) return;
        completed.call(handle);
      }
    } finally {
      next = null;
      isCompleting = false;
    }
  }

  Object.defineProperties(handle, {
    // Node sets it for each chunk, before it writes.
    cb: {
      get: () => callback,
      set: (value: unknown) => {
        callback = value;
        isNewChunk = true;
      },
    },
    onerror: {
      value(...parameters: unknown[]) {
        hasFailed = true;
        onerror.apply(handle, parameters);
      },
      writable: true,
    },
    close: {
      value() {
        isClosed = true;
        close.call(handle);
      },
    },
    write: {
      value(...parameters: Parameters) {
        if (isNewChunk) {
          isNewChunk = false;
          later(() => complete(parameters));
        } else if (isCompleting) {
          next = parameters;
        } else {
          complete(parameters);
        }
      },
    },
  });
}
