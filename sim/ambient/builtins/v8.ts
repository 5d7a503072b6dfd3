/** `node:v8`: the sizes of the heap are invented, as those of `process.memoryUsage` are. */
import type { AmbientHost } from '../../system/image.ts';
import type { Guard } from '../guard.ts';
import { heapBytes, MEMORY_BYTES } from '../process/measurements.ts';
import { moduleProxy, type ModuleExports } from './module-proxy.ts';

const MEBIBYTE = 2 ** 20;
/** The spaces of a heap, with the share that each has of its size. */
const SPACES = [
  ['read_only_space', 0],
  ['new_space', 0.25],
  ['old_space', 0.625],
  ['code_space', 0.125],
  ['shared_space', 0],
  ['new_large_object_space', 0],
  ['large_object_space', 0],
  ['code_large_object_space', 0],
  ['shared_large_object_space', 0],
] as const;

export function createV8Module(host: AmbientHost, guard: Guard, real: ModuleExports): ModuleExports {
  const replaced: ModuleExports = {
    getHeapStatistics() {
      const { used, total } = heapBytes(host);
      return {
        total_heap_size: total,
        total_heap_size_executable: MEBIBYTE,
        total_physical_size: total,
        total_available_size: MEMORY_BYTES - used,
        used_heap_size: used,
        heap_size_limit: MEMORY_BYTES / 2,
        malloced_memory: MEBIBYTE / 4,
        peak_malloced_memory: MEBIBYTE / 2,
        does_zap_garbage: 0,
        number_of_native_contexts: 1,
        number_of_detached_contexts: 0,
        total_global_handles_size: 8192,
        used_global_handles_size: 4096,
        external_memory: 2 * MEBIBYTE,
      };
    },
    getHeapSpaceStatistics() {
      const { used, total } = heapBytes(host);
      return SPACES.map(([name, share]) => ({
        space_name: name,
        space_size: total * share,
        space_used_size: Math.floor(used * share),
        space_available_size: Math.floor((total - used) * share),
        physical_space_size: total * share,
      }));
    },
    getHeapCodeStatistics: () => ({
      code_and_metadata_size: MEBIBYTE,
      bytecode_and_metadata_size: MEBIBYTE,
      external_script_source_size: MEBIBYTE,
      cpu_profiler_metadata_size: 0,
    }),
  };
  return moduleProxy('node:v8', real, guard, replaced, []);
}
