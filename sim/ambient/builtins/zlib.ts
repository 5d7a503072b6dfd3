/**
 * `node:zlib`. Synchronous functions are passed through. Functions with a callback and streams work
 * on the thread pool, so they throw.
 */
import type { Guard } from '../guard.ts';
import { moduleProxy, type ModuleExports } from './module-proxy.ts';

export function createZlibModule(guard: Guard, real: ModuleExports): ModuleExports {
  const passed = Object.getOwnPropertyNames(real).filter(
    (name) => name.endsWith('Sync') || name === 'constants' || name === 'codes' || name === 'crc32',
  );
  return moduleProxy('node:zlib', real, guard, {}, passed);
}
