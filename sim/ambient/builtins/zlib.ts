/**
 * `node:zlib`: what is synchronous computes; what takes a callback or is a stream works on the
 * thread pool and is refused.
 */
import type { Guard } from '../guard.ts';
import { moduleProxy, type ModuleExports } from './module-proxy.ts';

export function createZlibModule(guard: Guard, real: ModuleExports): ModuleExports {
  const passed = Object.getOwnPropertyNames(real).filter(
    (name) => name.endsWith('Sync') || name === 'constants' || name === 'codes' || name === 'crc32',
  );
  return moduleProxy('node:zlib', real, guard, {}, passed);
}
