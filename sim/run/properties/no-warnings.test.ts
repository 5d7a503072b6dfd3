import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { createTimers } from '../../ambient/timers.ts';
import { boardPlan, type Flaw, runBoard, stormy } from '../test/notice-board.ts';
import { noWarnings, type NoWarningsOptions } from './no-warnings.ts';

const plan = boardPlan({ cohorts: [{ actor: 'user', count: 12, operationsMax: 1 }], nodes: 1 });

async function warningOf(flaw?: Flaw, options?: NoWarningsOptions) {
  const scenario = { properties: [noWarnings(options)] };
  const { failure, checked } = await runBoard(
    flaw === undefined ? { plan: stormy, scenario } : { plan, scenario, flaw },
  );
  return { failure, checks: checked['no-warnings'] };
}

/** Each connection adds a listener that stays. */
const listening =
  (limit?: number): Flaw =>
  (node) => {
    const news = new EventEmitter();
    if (limit !== undefined) news.setMaxListeners(limit);
    node.listen(() => void news.on('news', () => undefined));
    return {};
  };

test('holds without a warning, and counts each run', async () => {
  expect(await warningOf()).toEqual({ failure: null, checks: 1 });
  expect(await warningOf(listening(20))).toEqual({ failure: null, checks: 1 });
});

test('finds an emitter with more listeners than its limit', async () => {
  expect(await warningOf(listening())).toMatchObject({
    failure: {
      verdict: 'violation',
      signature: 'no-warnings: MaxListenersExceededWarning for news',
      text: expect.stringMatching(
        /^node-1 caused a warning: Possible EventEmitter memory leak detected\. 11 news/,
      ) as string,
    },
  });
});

test('finds a timer whose delay is too long', async () => {
  const month: Flaw = (_node, host) => {
    createTimers(host, { used: false }).setTimeout(() => undefined, 31 * 24 * 3_600_000);
  };
  expect(await warningOf(month)).toMatchObject({
    failure: { signature: 'no-warnings: TimeoutOverflowWarning' },
  });
  expect(await warningOf(month, { names: ['MaxListenersExceededWarning'] })).toMatchObject({ failure: null });
});

test('an AbortSignal may have many listeners, as in Node 22 and later', async () => {
  const signalling: Flaw = (node) => {
    const { signal } = new AbortController();
    node.listen(() => signal.addEventListener('abort', () => undefined));
    return {};
  };
  expect(await warningOf(signalling)).toMatchObject({ failure: null });
});
