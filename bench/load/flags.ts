/** Parses the flags of the load test. */
import { parseFlags } from '../../sim/cli/flags.ts';

const OPTIONS = { clients: { type: 'string' }, seconds: { type: 'string' } } as const;

export interface LoadFlags {
  readonly clients: number;
  /** Length of the phase with churn, slow clients and the restart of Redis. */
  readonly seconds: number;
}

/** Throws an error with a one-line message for invalid flags. */
export function loadFlagsOf(parameters: readonly string[]): LoadFlags {
  const { clients = '1000', seconds = '60' } = parseFlags(parameters, OPTIONS);
  return { clients: whole('clients', clients, 10, 10_000), seconds: whole('seconds', seconds, 5, 3600) };
}

function whole(flag: string, text: string, min: number, max: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new Error(`invalid --${flag} (expected a whole number from ${min} to ${max})`);
}
