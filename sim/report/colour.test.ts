import { expect, test } from 'vitest';
import { paletteFor, wantsColour } from './colour.ts';

test.each<[boolean, boolean, Record<string, string>, boolean]>([
  [true, true, {}, true],
  [false, false, {}, true],
  [false, true, {}, false],
  [false, true, { FORCE_COLOR: '1' }, false],
  [false, true, { NO_COLOR: '1' }, true],
  [true, true, { NO_COLOR: '' }, true],
  [true, false, { FORCE_COLOR: '1' }, true],
  [true, false, { FORCE_COLOR: '' }, true],
  [false, true, { FORCE_COLOR: '0' }, true],
  [true, false, { FORCE_COLOR: '3', NO_COLOR: '1' }, true],
  [false, true, { TERM: 'dumb' }, true],
  [false, false, { CI: 'true' }, true],
])('%s for a terminal: %s, %j, allowed: %s', (expected, isTTY, environment, allowed) => {
  expect(wantsColour({ isTTY, environment, allowed })).toBe(expected);
});

test('a palette without colour adds nothing', () => {
  const plain = paletteFor({ isTTY: false, environment: {}, allowed: true });
  expect(plain.red(plain.bold('x'))).toBe('x');
  expect(paletteFor({ isTTY: true, environment: {}, allowed: true }).red('x')).toBe('\x1b[31mx\x1b[39m');
});
