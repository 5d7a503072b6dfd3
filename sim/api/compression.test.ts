/** Compression in messages and responses: its work is done within events of the run. */
import zlib from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import type { RunRecord } from '../kernel/record.ts';
import { HostedWorker, linesOf, runSeed } from './test/hosted.ts';

const worker = new HostedWorker();
afterAll(() => worker.remove());

/** `afterMessage`: what the server does when it has answered `data`. */
const serverWith = (afterMessage: string): string => `
import http from 'node:http';
import { pipeline } from 'node:stream';
import zlib from 'node:zlib';
import { WebSocketServer } from 'ws';

const server = http.createServer((request, response) => {
  response.setHeader('content-encoding', 'gzip');
  pipeline(request, zlib.createGzip(), response, () => undefined);
});
const sockets = new WebSocketServer({ server, perMessageDeflate: { threshold: 0, concurrencyLimit: 2 } });
sockets.on('connection', (socket) => {
  console.log(socket.extensions);
  socket.on('error', () => undefined);
  socket.on('message', (data) => {
    sockets.clients.forEach((client) => client.send(String(data)));
    ${afterMessage}
  });
});
server.listen(3000);
`;

const TEXT = 'the same words, and the same words again; '.repeat(30);

const VISITORS = `{
  visitor: {
    async talk({ nodes, pick, name, sleep }) {
      const socket = new WebSocket('ws://' + pick('node', nodes) + ':3000', { perMessageDeflate: { threshold: 0 } });
      socket.on('open', () => ['1', '2', '3'].forEach((part) => socket.send(name + part + '${TEXT}')));
      socket.on('error', () => undefined);
      await sleep(300);
      socket.terminate();
    },
    async dial({ connect, name, sleep }) {
      const socket = await connect();
      socket.send(name + '1${TEXT}');
      await sleep(300);
      socket.close();
      if (socket.extensions !== 'permessage-deflate') throw new Error('not compressed');
    },
    async post({ nodes, pick, name }) {
      const response = await fetch('http://' + pick('node', nodes) + ':3000/', { method: 'POST', body: name + '${TEXT}' });
      const text = await response.text();
      if (text !== name + '${TEXT}') throw new Error('another body');
    },
  },
}`;

const IMPORTS = "import { WebSocket } from 'ws';";

const textsIn = (records: readonly RunRecord[] = []): string[] =>
  records.flatMap((record) => (record.type === 'frame' && record.kind === 'text' ? [record.text] : []));

test('messages and responses are compressed, and records have their texts', async () => {
  const loaded = await worker.load(serverWith(''), VISITORS, ['ws'], { imports: IMPORTS });
  const writes: unknown[] = [];
  const prototype = Object.getPrototypeOf(
    (zlib.createDeflateRaw() as unknown as { _handle: object })._handle,
  ) as Record<'write', unknown>;
  const { write } = prototype;
  prototype.write = (...parameters: unknown[]) => writes.push(parameters);
  const digests: string[] = [];
  try {
    for (const seed of [1, 2, 1]) {
      const report = await runSeed(loaded, seed);
      expect(report.failure).toBeNull();
      digests.push(report.digest);
      expect(textsIn(report.records).filter((text) => !/^visitor-\d+[123]the same words.*again; $/.test(text))).toEqual(
        [],
      );
      if (seed > 1) continue;
      expect(textsIn(report.records).length).toBeGreaterThan(10);
      expect(linesOf(report)).toContain('node-1 permessage-deflate');
    }
  } finally {
    prototype.write = write;
  }
  // None works on the thread pool.
  expect(writes).toEqual([]);
  expect(digests.at(-1)).toBe(digests[0]);
});

test('a process that ends while it compresses leaves nothing to others', async () => {
  // At the third message, it ends with the answers to it under way.
  const ending = serverWith(String.raw`if (/^visitor-\d+3/.test(String(data))) process.exit(1);`);
  const loaded = await worker.load(ending, VISITORS, ['ws'], { imports: IMPORTS });
  const digests: string[] = [];
  for (const seed of [1, 2, 4, 1]) {
    const { records = [], failure, digest } = await runSeed(loaded, seed);
    expect(failure).toBeNull();
    digests.push(digest);
    expect(records.filter((record) => record.type === 'node' && record.exit?.code === 1).length).toBeGreaterThan(0);
  }
  expect(digests.at(-1)).toBe(digests[0]);
});

test('CompressionStream works within events, as a global and from node:stream/web', async () => {
  const server = `
import http from 'node:http';
import { CompressionStream as Imported } from 'node:stream/web';
console.log('same', Imported === CompressionStream, Imported === globalThis.CompressionStream);
http.createServer(async (request, response) => {
  const packed = new Response('${TEXT}').body.pipeThrough(new CompressionStream('gzip'));
  response.end(await new Response(packed.pipeThrough(new DecompressionStream('gzip'))).text());
}).listen(3000);
`;
  const visitors = `{
  visitor: {
    async read({ nodes, pick }) {
      const response = await fetch('http://' + pick('node', nodes) + ':3000/');
      if ((await response.text()) !== '${TEXT}') throw new Error('another body');
    },
  },
}`;
  const loaded = await worker.load(server, visitors, []);
  const [first, second] = [await runSeed(loaded, 1), await runSeed(loaded, 1)];
  expect(first.failure).toBeNull();
  expect(linesOf(first)).toContain('node-1 same true true');
  expect(second.digest).toBe(first.digest);
});
