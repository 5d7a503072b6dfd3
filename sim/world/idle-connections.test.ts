/**
 * Versions of Node differ in which connections a closing HTTP server closes. The simulation does
 * what the newest does. Its contract is compared with real ones that do so: with this Node or those
 * in SEEDSTORM_NODE_BINARIES, from Node 26 on.
 */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { PRELUDE } from './test/net/entry.ts';
import { realEnds } from './test/net/script-ends.ts';
import { simulatedScript } from './test/net/simulated-scripts.ts';

/** A server stops while one connection has sent nothing, one has begun a request, one is kept. */
const STOPPING = `
const server = web({ keep: true }, (request, response) => response.end(), (port) => {
  const connect = (who, text) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(text)).on('error', () => undefined);
    socket.on('close', () => say(who, 'closed')).resume();
    return socket;
  };
  connect('nothing', '');
  connect('line end', '\\r\\n');
  const begun = connect('half of a request', 'GET / HTTP/1.1\\r\\nHo');
  connect('answered', 'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n');
  setTimeout(() => server.close(), 300);
  setTimeout(() => { say('half of a request', 'still open'); begun.destroy(); }, 600);
});`;

const CLOSED = [
  'answered: closed',
  'half of a request: still open',
  'half of a request: closed',
  'line end: closed',
  'nothing: closed',
];

const named = (process.env['SEEDSTORM_NODE_BINARIES'] ?? '').split(':').filter((path) => path !== '');
const newest = [process.execPath, ...named].filter(
  (node) => Number(execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' })) >= 26,
);

describe('a server that closes its idle connections', () => {
  it('counts those without a request, with each version of Node', async () => {
    const { lines, code } = await simulatedScript(STOPPING, 1);
    expect({ lines, code }).toEqual({ lines: CLOSED, code: 0 });
  });

  it.runIf(process.env['SEEDSTORM_REQUIRE_NODES'] === '1')('is compared with a real one', () =>
    expect(newest).not.toEqual([]),
  );

  if (newest.length === 0) console.warn('SKIPPED: idle connections of a real server; they need Node 26 or newer.');
  it.skipIf(newest.length === 0).each(newest)('as %s', async (node) => {
    const [end] = await realEnds(node, PRELUDE, [STOPPING]);
    expect(end).toEqual({ lines: CLOSED, code: 0 });
  });
});
