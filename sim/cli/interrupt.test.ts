import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { Interrupt } from './interrupt.ts';

function watched() {
  const source = new EventEmitter();
  const calls: string[] = [];
  let nowMs = 0;
  const interrupt = new Interrupt(source, {
    nowMs: () => nowMs,
    onFirst: () => calls.push('first'),
    onSecond: () => calls.push('second'),
  });
  const press = (atMs: number) => {
    nowMs = atMs;
    source.emit('SIGINT');
  };
  return { source, calls, interrupt, press };
}

test('the first press finishes, the second stops', () => {
  const { calls, interrupt, press } = watched();
  expect([interrupt.pressed, interrupt.signal.aborted]).toEqual([false, false]);
  press(1000);
  expect([interrupt.pressed, interrupt.signal.aborted, ...calls]).toEqual([true, true, 'first']);
  press(2000);
  expect(calls).toEqual(['first', 'second']);
});

test('one press that arrives twice counts once', () => {
  const { calls, press } = watched();
  press(1000);
  press(1004);
  expect(calls).toEqual(['first']);
});

test('a closed pipe stops without a message', () => {
  const { calls, interrupt, source } = watched();
  interrupt.stopSilently();
  expect([interrupt.pressed, interrupt.signal.aborted, ...calls]).toEqual([false, true]);
  interrupt.dispose();
  expect(source.listenerCount('SIGINT')).toBe(0);
});
