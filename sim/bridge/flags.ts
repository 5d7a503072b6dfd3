/** Parses the flags of the bridge. */
import { parseFlags, seedOf } from '../cli/flags.ts';
import type { BridgeOptions } from './bridge.ts';

const PORT = '6379';
const PORT_MAX = 65_535;
const SEED = '0x1';
const OPTIONS = { port: { type: 'string' }, seed: { type: 'string' } } as const;

/** Throws an error with a one-line message for invalid flags. */
export function flagsOf(parameters: readonly string[]): BridgeOptions {
  const { port = PORT, seed = SEED } = parseFlags(parameters, OPTIONS);
  if (!/^\d{1,5}$/.test(port) || Number(port) > PORT_MAX)
    throw new Error(`invalid --port ${port} (expected 0 to ${PORT_MAX}; 0 for a free one)`);
  return { port: Number(port), seed: seedOf(seed) };
}
