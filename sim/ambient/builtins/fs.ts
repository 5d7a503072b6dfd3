/**
 * `node:fs` and `node:fs/promises`. Every function throws, with two exceptions. Reading a
 * package.json fails with ENOENT: packages look up their own version there and continue without it.
 * Writing to descriptors 1 and 2 is output of the process, as loggers such as pino write it.
 */
import type { AmbientHost } from '../../system/image.ts';
import { insteadOf } from '../escape-advice.ts';
import type { Guard } from '../guard.ts';
import { moduleProxy, type ModuleExports } from './module-proxy.ts';

const OWN_DESCRIPTION = /(^|[\\/])package\.json$/;

function absent(file: unknown): Error {
  // Begins as Node's text, which code may test. The rest explains why a file that exists is not
  // found.
  const text = `ENOENT: no such file or directory, open '${String(file)}': files are not simulated; instead, ${insteadOf('node:fs')}`;
  return Object.assign(new Error(text), { code: 'ENOENT', syscall: 'open' });
}

/** A function that answers for a package.json and throws for every other file. */
function reading(guard: Guard, way: string, answer: (file: unknown, rest: readonly unknown[]) => unknown) {
  return (file: unknown, ...rest: unknown[]): unknown =>
    OWN_DESCRIPTION.test(String(file)) ? answer(file, rest) : guard.refuse(way);
}

function absentLater(guard: Guard, way: string) {
  return reading(guard, way, (file) => Promise.reject(absent(file)));
}

export function createFsPromisesModule(guard: Guard, real: ModuleExports): ModuleExports {
  const readFile = absentLater(guard, 'node:fs/promises readFile');
  return moduleProxy('node:fs/promises', real, guard, { readFile }, ['constants']);
}

const isOutput = (descriptor: unknown): boolean => descriptor === 1 || descriptor === 2;

type Written = (error: null, written: number, data: unknown) => void;

/** Writes to stdout or stderr. Returns the number of bytes; null for another descriptor. */
function writeOutput(host: AmbientHost, descriptor: unknown, data: unknown, rest: readonly unknown[]): number | null {
  if (!isOutput(descriptor)) return null;
  const [offset, length] = rest.filter((value) => typeof value !== 'function') as [number?, number?];
  const bytes = ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength).subarray(offset ?? 0)
    : Buffer.from(String(data));
  const taken = ArrayBuffer.isView(data) && typeof length === 'number' ? bytes.subarray(0, length) : bytes;
  host.output(descriptor === 1 ? 'stdout' : 'stderr', taken.toString());
  return taken.length;
}

/** As Node says of a pipe, which has nothing to flush. */
function cannotFlush(): Error {
  const error = new Error('EINVAL: invalid argument, fsync');
  return Object.assign(error, { errno: -22, code: 'EINVAL', syscall: 'fsync' });
}

/** `write`, `writeSync`, `fsync` and `fsyncSync`, which loggers such as pino call. */
export function createOutput(host: AmbientHost, guard: Guard): ModuleExports {
  const nextTick = (callback: () => void): void => host.nextTick(callback);
  const writeSync = (descriptor: unknown, data: unknown, ...rest: unknown[]): number =>
    writeOutput(host, descriptor, data, rest) ?? guard.refuse('node:fs writeSync');
  const write = (descriptor: unknown, data: unknown, ...rest: unknown[]): void => {
    const written = writeOutput(host, descriptor, data, rest) ?? guard.refuse('node:fs write');
    const callback = rest.at(-1) as Written;
    nextTick(() => callback(null, written, data));
  };
  const fsyncSync = (descriptor: unknown): void => {
    if (!isOutput(descriptor)) guard.refuse('node:fs fsyncSync');
    throw cannotFlush();
  };
  const fsync = (descriptor: unknown, callback: (error: Error) => void): void => {
    if (!isOutput(descriptor)) guard.refuse('node:fs fsync');
    nextTick(() => callback(cannotFlush()));
  };
  return { write, writeSync, fsync, fsyncSync };
}

/** For a system that is given no files. */
export function createFsModule(host: AmbientHost, guard: Guard, real: ModuleExports): ModuleExports {
  const nextTick = (callback: () => void): void => host.nextTick(callback);
  const readFile = reading(guard, 'node:fs readFile', (file, rest) => {
    const callback = rest.at(-1);
    if (typeof callback === 'function') nextTick(() => (callback as (error: Error) => void)(absent(file)));
  });
  const readFileSync = reading(guard, 'node:fs readFileSync', (file) => {
    throw absent(file);
  });
  const promises = guard.refusingInside('node:fs promises', real['promises']) as ModuleExports;
  promises['readFile'] = absentLater(guard, 'node:fs promises.readFile');
  return moduleProxy('node:fs', real, guard, { readFile, readFileSync, promises, ...createOutput(host, guard) }, [
    'constants',
  ]);
}
