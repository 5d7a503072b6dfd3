import { expect, test } from 'vitest';
import { mayUseWeb } from './names.ts';

test.each([
  '__seedstormGlobal.fetch',
  'const { fetch } = globalThis;',
  "if ('WebSocket' in global) a();",
  'const shim = globalThis; new shim.WebSocket(url);',
  "new Function('return fetch')();",
  "eval('new FormData()')",
])('%s may use the web', (code) => {
  expect(mayUseWeb(code)).toBe(true);
});

test.each([
  'class WebSocket extends EventEmitter {} module.exports.WebSocket = WebSocket;',
  'globalThis.process; const prefetch = 1; function onRequestEnd() {}',
  "throw new TypeError('must be of type Function'); class Request {}",
])('%s does not', (code) => {
  expect(mayUseWeb(code)).toBe(false);
});
