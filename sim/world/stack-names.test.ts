import { expect, test } from 'vitest';
import { innermostIn } from './stack-names.ts';

const stackOf = (...frames: readonly string[]): string =>
  ['TypeError: gone', ...frames.map((at) => `    at ${at}`)].join('\n');

test.each([
  ['a function', ['settle (simulated:system.js:12:5)', 'start (simulated:system.js:80:1)'], 'settle'],
  ['a method', ['Streams.settle (simulated:system.js:12:5)'], 'Streams.settle'],
  ['one by another name', ['Streams.settle [as run] (simulated:system.js:12:5)'], 'Streams.settle'],
  ['an asynchronous one', ['async Streams.settle (simulated:system.js:12:5)'], 'Streams.settle'],
  ['a constructor', ['new Outbox (simulated:system.js:12:5)'], 'new Outbox'],
  ['the caller of one without a name', ['simulated:system.js:3:1', 'open (simulated:system.js:80:1)'], 'open'],
  [
    'the system where a package threw',
    ['parse (simulated:packages.js:9:1)', 'open (simulated:system.js:80:1)'],
    'open',
  ],
  [
    'the package where nobody else is',
    ['parse (simulated:packages.js:9:1)', 'tick (node:internal/timers:1:1)'],
    'parse',
  ],
  ['the other version', ['open (simulated:other/system.js:80:1)'], 'open'],
  ['nobody, outside of what is simulated', ['JSON.parse (<anonymous>)', 'loop (file:///a/kernel.js:1:2)'], null],
  ['nobody, in what is no stack', ['', 'at at at'], null],
])('the innermost function of a stack is %s', (_, frames, expected) => {
  expect(innermostIn(stackOf(...frames))).toBe(expected);
});
