/**
 * The `console` of a main module: Node's class, over the process's own streams. Only its timers are
 * replaced, because Node's read the real clock.
 */
import { Console } from 'node:console';
import type { Writable } from 'node:stream';
import type { AmbientHost } from '../../system/image.ts';

export interface ProcessStreams {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

type Methods = Record<string, ((...values: unknown[]) => void) | undefined>;

/** The console of the process that runs. */
export function mainConsole(host: AmbientHost, streams: () => ProcessStreams): Methods {
  host.state.console ??= createMainConsole(host, streams);
  return host.state.console as Methods;
}

function createMainConsole(host: AmbientHost, streams: () => ProcessStreams): object {
  const { stdout, stderr } = streams();
  const made = new Console({ stdout, stderr, colorMode: false });
  return Object.assign(made, createTimers(host, made));
}

function createTimers(host: AmbientHost, { log }: Console): object {
  const begun = new Map<string, number>();
  const report = (label: string, values: readonly unknown[]): void => {
    const atMs = begun.get(label);
    if (atMs !== undefined) log(`${label}: ${duration(host.monotonicMs() - atMs)}`, ...values);
  };
  return {
    time(label: unknown = 'default') {
      begun.set(String(label), host.monotonicMs());
    },
    timeLog: (label: unknown = 'default', ...values: unknown[]) => report(String(label), values),
    timeEnd(label: unknown = 'default') {
      report(String(label), []);
      begun.delete(String(label));
    },
  };
}

/** `1.5ms`, `2.25s`, `1:02.500 (m:ss.mmm)` and `1:00:02 (h:mm:ss)`, as Node writes it. */
function duration(ms: number): string {
  if (ms < 1000) return `${Number(ms.toFixed(3))}ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(3)}s`;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const minutes = Math.floor(ms / 60_000);
  const seconds = (ms % 60_000) / 1000;
  if (minutes >= 60) return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds)} (h:mm:ss)`;
  return `${minutes}:${two(seconds)}.${String(Math.floor((seconds % 1) * 1000)).padStart(3, '0')} (m:ss.mmm)`;
}
