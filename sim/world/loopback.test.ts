/** A process that connects to itself, which takes no network. */
import { expect, test } from 'vitest';
import type { Tools } from './test/run-world.ts';
import { runMain } from './test/run-main.ts';

/** Calls its own server every 20 ms for 3 s, then prints whether all was answered, and soon. */
const CALLS_ITSELF = `
  const http = require('node:http');
  const net = require('node:net');
  const server = http.createServer((request, response) => response.end('well'));
  server.listen(3000, () => {
    const kept = net.connect(3000, '127.0.0.1').on('error', (error) => console.log('lost', error.code));
    let answers = 0;
    let longestMs = 0;
    const interval = setInterval(() => {
      const begunAtMs = performance.now();
      http.get({ port: 3000, host: answers % 2 === 0 ? '127.0.0.1' : process.env.HOSTNAME, agent: false }, (response) => {
        response.resume().on('end', () => {
          answers += 1;
          longestMs = Math.max(longestMs, performance.now() - begunAtMs);
        });
      });
    }, 20);
    setTimeout(() => {
      clearInterval(interval);
      console.log(answers > 100, longestMs < 20, longestMs > 0);
    }, 3000);
  });
`;

test.each([
  ['without faults', () => undefined],
  ['during a partition', (tools: Tools) => tools.fault('partition', 'node-1', 500, 2000)],
  ['in a storm', (tools: Tools) => tools.fault('reconnect-storm', 'node-1', 500)],
  ['when all connections break', (tools: Tools) => tools.fault('connection-loss', '*', 500)],
  ['while the network is slow', (tools: Tools) => tools.fault('latency', '*', 0, 3000)],
] as const)('%s', async (_, arrange) => {
  for (const seed of ['0x1', '0x2'] as const) {
    const { output } = await runMain(CALLS_ITSELF, arrange, { seed, untilMs: 4000 });
    expect(output).toEqual(['stdout true true true']);
  }
});
