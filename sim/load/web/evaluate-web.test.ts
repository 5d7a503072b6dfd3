import { expect, test } from 'vitest';
import { runMain } from '../../world/test/run-main.ts';
import { bundleWeb } from './bundle-web.ts';
import { createWeb } from './evaluate-web.ts';

test('a server that never answers is given up after five virtual minutes', async () => {
  const code = await bundleWeb();
  const { output, exits } = await runMain(
    `const server = require('node:http').createServer(() => undefined);
    server.listen(3000, '127.0.0.1', async () => {
      const begunAtMs = performance.now();
      const error = await fetch('http://127.0.0.1:3000/').catch((reason) => reason);
      console.log(String(error), error.cause.code, performance.now() - begunAtMs >= 300_000);
      process.exit();
    });`,
    undefined,
    { nodes: 1, untilMs: 310_000, createWeb: (current) => createWeb(code, { current }) },
  );
  expect(output[0]).toBe('stdout TypeError: fetch failed UND_ERR_HEADERS_TIMEOUT true');
  expect(exits[0]?.code).toBe(0);
});

test('without a text that uses them, the globals are undefined', () => {
  expect(createWeb(null, { current: () => null }).get('fetch')).toBeUndefined();
});
