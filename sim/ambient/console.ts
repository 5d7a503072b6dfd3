/**
 * A `console` that is heard when somebody looks closely, and else drops what it is told: thousands
 * of runs would print it thousands of times.
 */
import { format } from 'node:util';
import type { AmbientHost } from '../system/image.ts';
import type { Guard } from './guard.ts';
import { printedValue } from './printed-value.ts';

const NAMES: readonly string[] = Object.keys(console);
const HEARD = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
const nothing = (): void => {};

export function createConsole(host: AmbientHost, guard: Guard): Record<string, unknown> {
  const shadow: Record<string, unknown> = {};
  for (const name of NAMES) shadow[name] = nothing;
  const say = (...said: unknown[]): void => {
    if (host.detailed) host.print(format(...said.map(printedValue)));
  };
  for (const name of HEARD) shadow[name] = say;
  shadow.dir = shadow.table = (value: unknown): void => say(value);
  shadow.assert = (holds: unknown, ...said: unknown[]): void => {
    if (!holds) say('Assertion failed', ...said);
  };
  shadow.Console = guard.refusing('console.Console');
  return shadow;
}
