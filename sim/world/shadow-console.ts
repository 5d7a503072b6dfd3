/** A `console` that drops what it is told: thousands of runs would print it thousands of times. */
import type { Guard } from './shadow-guard.ts';

const NAMES: readonly string[] = Object.keys(console);
const nothing = (): void => {};

export function createConsole(guard: Guard): Record<string, unknown> {
  const quiet: Record<string, unknown> = {};
  for (const name of NAMES) quiet[name] = nothing;
  quiet.Console = guard.refusing('console.Console');
  return quiet;
}
