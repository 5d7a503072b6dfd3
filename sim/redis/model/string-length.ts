/** How long a string may be. */
import { fail, refuse } from './reply.ts';

/** The longest string of a real server: the default of `proto-max-bulk-len`. */
const BYTES_MAX = 512 * 1024 * 1024;
/** The longest string that the model stores. */
const SIMULATED_BYTES_MAX = 64 * 1024 * 1024;

/** Fails unless a string may have this number of bytes. */
export function checkLength(count: number, name: string): void {
  if (count > BYTES_MAX) fail('ERR string exceeds maximum allowed size (proto-max-bulk-len)');
  if (count > SIMULATED_BYTES_MAX) refuse(`${name} beyond 64 MiB`);
}
