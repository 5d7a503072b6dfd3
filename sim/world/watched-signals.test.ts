import { addAbortListener } from 'node:events';
import { aborted } from 'node:util';
import { expect, it, test } from 'vitest';
import { createAbortController, createAbortSignal } from '../ambient/abort.ts';
import { InertRegistry } from '../ambient/memory.ts';
import { ManualHost } from '../ambient/test/manual-host.ts';
import { WatchedSignals } from './watched-signals.ts';

const nothing = (): void => undefined;

/** Numbers of listeners of the signals that have any, by name. */
function countsOf(act: (controller: AbortController, AbortSignal: typeof globalThis.AbortSignal) => void) {
  const host = new ManualHost();
  const controller = new (createAbortController(host))();
  act(controller, createAbortSignal(host));
  const signals = new WatchedSignals();
  for (const signal of host.signals) signals.created(signal, { connection: '', nowMs: 0 });
  return Object.fromEntries(signals.counts().map(({ on, event, listeners }) => [`${event} of ${on}`, listeners]));
}

test.each<[string, (signal: AbortSignal, controller: AbortController) => void, number]>([
  ['two listeners', (signal) => [nothing, () => undefined].forEach((one) => signal.addEventListener('abort', one)), 2],
  [
    'the same listener twice',
    (signal) => [nothing, nothing].forEach((one) => signal.addEventListener('abort', one)),
    1,
  ],
  ['onabort', (signal) => void (signal.onabort = nothing), 1],
  ['once', (signal) => signal.addEventListener('abort', nothing, { once: true }), 1],
  ['addAbortListener', (signal) => void addAbortListener(signal, nothing), 1],
  ['addAbortListener, disposed', (signal) => addAbortListener(signal, nothing)[Symbol.dispose](), 0],
  [
    'one that was removed',
    (signal) => {
      signal.addEventListener('abort', nothing);
      signal.removeEventListener('abort', nothing);
    },
    0,
  ],
  [
    'one whose own signal was aborted',
    (signal) => {
      const other = new AbortController();
      signal.addEventListener('abort', nothing, { signal: other.signal });
      other.abort();
    },
    0,
  ],
  [
    'after it was aborted',
    (signal, controller) => {
      signal.addEventListener('abort', nothing);
      controller.abort();
    },
    0,
  ],
  ['another event', (signal) => signal.addEventListener('other', nothing), 0],
  // Removed with the target, when it is collected.
  ['the signal of a listener', (signal) => new EventTarget().addEventListener('news', nothing, { signal }), 0],
  ['util.aborted', (signal) => void aborted(signal, {}), 0],
  [
    'one that a FinalizationRegistry cleans up after',
    (signal) => {
      const listener = (): void => undefined;
      signal.addEventListener('abort', listener);
      new InertRegistry(nothing).register({}, signal, listener);
    },
    0,
  ],
])('counts %s', (_, act, expected) => {
  const counts = countsOf((controller) => act(controller.signal, controller));
  expect(counts).toEqual(expected === 0 ? {} : { 'abort of AbortSignal-1': expected });
});

it('counts listeners of a dependent signal at that signal', () => {
  const counts = countsOf(({ signal }, AbortSignal) => {
    AbortSignal.any([signal]).addEventListener('abort', nothing);
    AbortSignal.timeout(1000).addEventListener('abort', nothing);
  });
  expect(counts).toEqual({ 'abort of AbortSignal-2': 1, 'abort of AbortSignal-3': 1 });
});

it('counts only signals that a process creates while it starts', () => {
  const signals = new WatchedSignals();
  const create = (connection: string, nowMs: number): void => {
    const { signal } = new AbortController();
    signal.addEventListener('abort', nothing);
    signals.created(signal, { connection, nowMs });
  };
  create('', 5);
  create('client-1#1', 6);
  signals.readyAtMs = 50;
  create('', 60);
  create('', 151);
  expect(signals.counts().map(({ on }) => on)).toEqual(['AbortSignal-1', 'AbortSignal-2']);
});
