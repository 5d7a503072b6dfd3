/**
 * The simulated `console`. That of a main module is Node's, and writes to `process.stdout` and
 * `process.stderr`. Elsewhere it passes texts to the host in a detailed run, and drops them in all
 * others, because a campaign would print them thousands of times.
 */
import { format } from 'node:util';
import type { AmbientHost } from '../system/image.ts';
import type { Guard } from './guard.ts';
import { printedValue } from './printed-value.ts';
import { mainConsole, type ProcessStreams } from './process/main-console.ts';

type Printing = (...values: unknown[]) => void;

const NAMES: readonly string[] = Object.keys(console);
const PRINTING = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;

/** `streams` are those of the process that runs. */
export function createConsole(host: AmbientHost, guard: Guard, streams: () => ProcessStreams): Record<string, unknown> {
  const elsewhere = createPrinter(host);
  const simulated: Record<string, unknown> = {};
  for (const name of NAMES) {
    simulated[name] = (...values: unknown[]): void => {
      if (host.state.isMain) mainConsole(host, streams)[name]?.(...values);
      else elsewhere[name]?.(...values);
    };
  }
  Object.defineProperty(simulated, '_stdout', { get: () => streams().stdout, configurable: true });
  Object.defineProperty(simulated, '_stderr', { get: () => streams().stderr, configurable: true });
  simulated['Console'] = guard.refusing('console.Console');
  return simulated;
}

function createPrinter(host: AmbientHost): Readonly<Record<string, Printing>> {
  const print: Printing = (...values) => {
    if (host.detailed) host.print(format(...values.map(printedValue)));
  };
  return {
    ...Object.fromEntries(PRINTING.map((name) => [name, print])),
    dir: (value) => print(value),
    table: (value) => print(value),
    assert(holds, ...values) {
      if (!holds) print('Assertion failed', ...values);
    },
  };
}
