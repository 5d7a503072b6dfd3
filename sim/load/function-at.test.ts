import { expect, test } from 'vitest';
import { functionAt } from './function-at.ts';

/** What `functionAt` returns for the place of `HERE` in a bundled text. */
function nameAt(code: string): string | undefined {
  const before = code.slice(0, code.indexOf('HERE')).split('\n');
  return functionAt(code, { text: 'system.js', line: before.length, column: (before.at(-1)?.length ?? 0) + 1 });
}

test.each([
  ['one in a function', 'function open() { run(() => { HERE; }); }', 'function 1 of open'],
  ['the second in a function', 'function open() { run(() => 1); run(() => { HERE; }); }', 'function 2 of open'],
  ['one in another', 'function open() { run(() => run(function () { HERE; })); }', 'function 2 of open'],
  ['one in a method', 'class Store { #put() { run(() => { HERE; }); } }', 'function 1 of #put'],
  ['a numbered function', 'function open12() { run(() => { HERE; }); }', 'function 1 of open'],
  ['one that is bound through a call', 'const open = wrap(() => { HERE; });', 'open'],
  [
    'one of a file',
    '// src/first.ts\nrun(() => 1);\n// src/second.ts\nrun(() => { HERE; });',
    'function 1 of second.ts',
  ],
  [
    'one behind a top-level await',
    '// main.js\nawait run(() => 1);\nrun(async () => { await HERE; });',
    'function 2 of main.js',
  ],
  ['one in a text with a return', 'run(() => { HERE; });\nreturn 1;', 'function 1 of the bundle'],
  ['no function', 'HERE;', undefined],
  ["a text that can't be parsed", 'run(() => { HERE; }); )', undefined],
])('names %s', (_, code, expected) => {
  expect(nameAt(code)).toBe(expected);
});

test('names a function beside a named one of the same scope by its own number', () => {
  const code = 'function open() { function inner() { run(() => 1); } run(() => { HERE; }); }';
  expect(nameAt(code)).toBe('function 1 of open');
});
