/** An unmodified server gives the same digests on all versions of Node. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RUNS_LONG_TESTS } from './test/long.ts';
import { Workplace } from './test/command.ts';

const start = fileURLToPath(new URL('../start.js', import.meta.url));
const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const binaries = (process.env['SEEDSTORM_NODE_BINARIES'] ?? '').split(':').filter((file) => file !== '');

/**
 * Bodies larger than the buffers of streams, in many small chunks, and an iterator that is disposed
 * of where it can be: versions of Node differ in all three.
 */
const SERVER = `
import http from 'node:http';
import { Readable } from 'node:stream';
const text = 'x'.repeat(100_000);
function* parts() {
  for (let count = 0; count < 40; count += 1) yield 'y'.repeat(5_000);
}
async function* numbers() {
  yield 1;
  yield 2;
}
async function dispose(response) {
  const iterator = numbers();
  await iterator.next();
  await iterator[Symbol.asyncDispose]?.();
  console.log('disposed', await iterator.next());
  response.end('done');
}
http.createServer((request, response) => {
  if (request.url === '/parts') return void Readable.from(parts()).pipe(response);
  if (request.url === '/echo') return void request.pipe(response);
  if (request.url === '/numbers') return void dispose(response);
  response.on('drain', () => console.log('drained'));
  console.log('written', response.write(text));
  response.end(text);
}).listen(3000);
`;

const SCENARIO = `
import { atEnd, defineActor, defineScenario } from 'seedstorm';
const reader = defineActor({
  countMax: 3,
  operations: {
    async read({ nodes, pick, within }) {
      const url = 'http://' + pick('node', nodes) + ':3000' + pick('path', ['/', '/parts', '/echo', '/numbers']);
      const request = url.endsWith('/echo') ? { method: 'POST', body: 'z'.repeat(70_000) } : {};
      const text = fetch(url, request).then((response) => response.text());
      return (await within(20_000, text)) === 'timeout' ? { outcome: 'unknown', detail: 'timeout' } : 'ok';
    },
  },
  script: (draw, operationsMax) =>
    Array.from({ length: operationsMax }, () => ({ name: 'read' as const, pauseMs: draw.integer('pauseMs', 0, 300) })),
});
export default defineScenario({
  system: './server.js',
  actors: { reader },
  properties: [atEnd('ended', ({ check }) => check(true))],
});
`;

let place: Workplace;

beforeAll(() => {
  place = new Workplace();
  place.write('server.js', SERVER);
  place.write('bodies.ts', SCENARIO);
});

afterAll(() => place.remove());

async function digestOn(node: string, scenario: string, seed: string): Promise<string> {
  const parameters = [start, 'run', scenario, '--seed', seed, '--json', '--jobs', '1'];
  const { stdout } = await promisify(execFile)(node, parameters, { cwd: place.folder });
  const { digest } = JSON.parse(stdout) as { digest?: string };
  if (digest === undefined) throw new Error(`${scenario} has no digest`);
  return digest;
}

const cases: readonly (readonly [name: string, scenario: () => string, seed: string])[] = [
  ['large bodies and disposed iterators', () => path.join(place.folder, 'bodies.ts'), '0x1'],
  ...['fastify', 'graphql-ws', 'socket.io', 'ws-chat', 'yjs'].map(
    (name) => [`examples/${name}`, () => path.join(examples, name, 'scenario.ts'), '0x2'] as const,
  ),
];

if (binaries.length === 0 && RUNS_LONG_TESTS)
  test('on other versions of Node', () =>
    expect.fail('SEEDSTORM_NODE_BINARIES is empty: name at least one node binary'));
else if (binaries.length === 0)
  test.skip('SKIPPED: servers on other versions of Node; name their binaries in SEEDSTORM_NODE_BINARIES');
else
  test.each(cases)('%s', async (_, scenario, seed) => {
    const here = await digestOn(process.execPath, scenario(), seed);
    const there = await Promise.all(binaries.map((node) => digestOn(node, scenario(), seed)));
    expect(there.map((digest, index) => [binaries[index], digest])).toEqual(binaries.map((node) => [node, here]));
  });
