/** Where versions of Node differ, each simulation does what the newest one does. */
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

describe('a server that closes its idle connections', () => {
  it('counts those without a request, with each version of Node', async () => {
    const { lines, code } = await simulatedScript(STOPPING, 1);
    expect({ lines, code }).toEqual({ lines: CLOSED, code: 0 });
  });

  it.runIf(Number(process.versions.node.split('.')[0]) >= 26)('as Node 26', async () => {
    const [end] = await realEnds(process.execPath, PRELUDE, [STOPPING]);
    expect(end).toEqual({ lines: CLOSED, code: 0 });
  });
});
