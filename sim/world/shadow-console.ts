/**
 * A `console` that is heard when somebody looks closely, and else drops what it is told: thousands of runs would print it thousands of times.
 */
import { formatWithOptions, inspect } from 'node:util';
import type { ShadowHost } from './image.ts';
import type { Guard } from './shadow-guard.ts';

const NAMES: readonly string[] = Object.keys(console);
const HEARD = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
const nothing = (): void => {};

/** Whoever looks closely must see the same run: nothing that a value has for being shown is called. */
const SHOWN = { customInspect: false, getters: false } as const;

export function createConsole(host: ShadowHost, guard: Guard): Record<string, unknown> {
  const shadow: Record<string, unknown> = {};
  for (const name of NAMES) shadow[name] = nothing;
  const say = (...said: unknown[]): void => {
    if (host.detailed) host.print(formatWithOptions(SHOWN, ...said));
  };
  for (const name of HEARD) shadow[name] = say;
  shadow.dir = shadow.table = (value: unknown): void => {
    if (host.detailed) host.print(inspect(value, SHOWN));
  };
  shadow.assert = (holds: unknown, ...said: unknown[]): void => {
    if (!holds) say('Assertion failed', ...said);
  };
  shadow.Console = guard.refusing('console.Console');
  return shadow;
}
