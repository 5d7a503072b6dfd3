import { expect, test } from 'vitest';
import { framesIn } from './stack-frames.ts';

test.each([
  ['a function', 'settle (simulated:system.js:12:5)', 'settle system.js 12'],
  ['a method', 'Streams.settle (simulated:system.js:12:5)', 'Streams.settle system.js 12'],
  [
    'a method under a different name',
    'Streams.settle [as run] (simulated:system.js:12:5)',
    'Streams.settle system.js 12',
  ],
  ['an asynchronous function', 'async Streams.settle (simulated:system.js:12:5)', 'Streams.settle system.js 12'],
  ['a constructor', 'new Outbox (simulated:packages.js:9:5)', 'new Outbox packages.js 9'],
  ['a function without a name', 'simulated:other/system.js:3:1', ' other/system.js 3'],
  ['a getter', 'get b [as b] (simulated:system.js:3:1)', 'get b system.js 3'],
  ['a name with spaces', 'on message (simulated:system.js:3:1)', 'on message system.js 3'],
  ['an anonymous function', 'Object.<anonymous> (simulated:system.js:3:1)', ' system.js 3'],
])('%s is found on a stack', (_, frame, expected) => {
  const stack = `TypeError: gone\n    at JSON.parse (<anonymous>)\n    at ${frame}\n    at loop (file:///a/kernel.js:1:2)`;
  expect(framesIn(stack).map(({ name, place }) => `${name} ${place.text} ${place.line}`)).toEqual([expected]);
});

test('a text that is not a stack has no frames, however long it is', () => {
  expect(framesIn('')).toEqual([]);
  for (const piece of ['(', ' ', 'a ', ' [as a', 'simulated:'])
    expect(framesIn(`    at ${piece.repeat(200_000)}`)).toEqual([]);
});
