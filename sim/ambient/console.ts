/**
 * The simulated `console`. It passes texts to the host in a detailed run and drops them otherwise,
 * because a campaign would print them thousands of times.
 */
import { format } from 'node:util';
import type { AmbientHost } from '../system/image.ts';
import type { Guard } from './guard.ts';
import { printedValue } from './printed-value.ts';

const NAMES: readonly string[] = Object.keys(console);
const PRINTING = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
const nothing = (): void => {};

export function createConsole(host: AmbientHost, guard: Guard): Record<string, unknown> {
  const simulated: Record<string, unknown> = {};
  for (const name of NAMES) simulated[name] = nothing;
  const print = (...values: unknown[]): void => {
    if (host.detailed) host.print(format(...values.map(printedValue)));
  };
  for (const name of PRINTING) simulated[name] = print;
  simulated.dir = simulated.table = (value: unknown): void => print(value);
  simulated.assert = (holds: unknown, ...values: unknown[]): void => {
    if (!holds) print('Assertion failed', ...values);
  };
  simulated.Console = guard.refusing('console.Console');
  return simulated;
}
