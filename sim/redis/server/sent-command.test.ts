import { expect, test } from 'vitest';
import { keyIn } from './sent-command.ts';

test.each([
  ['set', ['k', 'v'], 'k'],
  ['ping', [], ''],
  ['eval', ['return 1', '0', 'argument'], ''],
  ['eval', ['return 1', '2', 'k', 'l', 'argument'], 'k'],
  ['evalsha_ro', ['e0e1f9fabfc9d4800c877a703b823ac0578ff8db', '1', 'k'], 'k'],
  ['eval', ['return 1'], ''],
  ['eval', ['return 1', 'many', 'k'], ''],
])('%s %j is recorded with the key %j', (name, parameters, key) => {
  expect(keyIn(name, parameters)).toBe(key);
});
