/**
 * `node:path`, and `pathToFileURL` of `node:url`. They only compute, except that a relative path
 * starts at the working directory: here that of the simulated process.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AmbientHost } from '../../system/image.ts';
import type { ModuleExports } from './module-proxy.ts';

export function createPathModule(host: AmbientHost): ModuleExports {
  const resolve = (...parts: string[]): string => path.posix.resolve(host.state.cwd, ...parts);
  const module: ModuleExports = {
    ...path.posix,
    win32: path.win32,
    resolve,
    relative: (from: string, to: string) => path.posix.relative(resolve(from), resolve(to)),
  };
  module['posix'] = module;
  return module;
}

export function createUrlModule(host: AmbientHost, real: ModuleExports): ModuleExports {
  return {
    ...real,
    pathToFileURL: (file: string, options?: { windows?: boolean }) =>
      // Node's own keeps a slash at the end, which resolving drops.
      pathToFileURL(path.posix.isAbsolute(file) ? file : path.posix.join(host.state.cwd, file), options),
  };
}
