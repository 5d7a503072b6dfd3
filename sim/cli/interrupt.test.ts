import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { Interrupt } from './interrupt.ts';

function watched() {
  const source = new EventEmitter();
  const heard: string[] = [];
  let nowMs = 0;
  const interrupt = new Interrupt(source, {
    nowMs: () => nowMs,
    onFirst: () => heard.push('first'),
    onSecond: () => heard.push('second'),
  });
  const press = (atMs: number) => {
    nowMs = atMs;
    source.emit('SIGINT');
  };
  return { source, heard, interrupt, press };
}

test('the first finishes, the second stops', () => {
  const { heard, interrupt, press } = watched();
  expect([interrupt.pressed, interrupt.signal.aborted]).toEqual([false, false]);
  press(1000);
  expect([interrupt.pressed, interrupt.signal.aborted, ...heard]).toEqual([true, true, 'first']);
  press(2000);
  expect(heard).toEqual(['first', 'second']);
});

test('one press that arrives twice is one', () => {
  const { heard, press } = watched();
  press(1000);
  press(1004);
  expect(heard).toEqual(['first']);
});

test('a closed pipe stops without a word', () => {
  const { heard, interrupt, source } = watched();
  interrupt.stopSilently();
  expect([interrupt.pressed, interrupt.signal.aborted, ...heard]).toEqual([false, true]);
  interrupt.dispose();
  expect(source.listenerCount('SIGINT')).toBe(0);
});
