import { describe, expect, it } from 'vitest';
import type { Domain } from '../kernel/heap.ts';
import { runKernel } from '../kernel/test/run-kernel.ts';
import { type BytePeer, ByteSocket, type WriteFailure } from './byte-socket.ts';

const OWNER: Domain = { name: 'owner', alive: true };
const LOCAL = { address: '10.0.0.1', port: 4001 };
const REMOTE = { address: '10.0.0.2', port: 80 };

type At = (ms: number, act: (socket: ByteSocket) => void) => void;

/**
 * Runs one socket whose peer logs what it receives. Returns the log of the peer and of the socket's
 * events.
 */
async function log(arrange: (at: At) => void, failure: WriteFailure | null = null): Promise<readonly string[]> {
  const lines: string[] = [];
  const peer: BytePeer = {
    take(bytes, onTaken) {
      lines.push(`peer took ${bytes.toString()}`);
      onTaken(failure);
    },
    onEnd: () => void lines.push('peer saw the end'),
    onDestroy: () => void lines.push('peer lost the socket'),
  };
  const { end } = await runKernel((kernel) => {
    const socket = new ByteSocket({ kernel, process: OWNER, local: LOCAL, remote: REMOTE }, () => peer);
    for (const event of ['connect', 'timeout', 'end', 'close']) socket.on(event, () => lines.push(event));
    socket.on('data', (bytes: Buffer) => lines.push(`data ${bytes.toString()}`));
    socket.on('error', ({ message, code }: NodeJS.ErrnoException) => lines.push(`error ${code}: ${message}`));
    arrange((ms, act) => void kernel.schedule(ms * 1000, OWNER, () => act(socket)));
  });
  expect(end).toEqual({ why: 'idle' });
  return lines;
}

const accept = (socket: ByteSocket): void => socket.peerAccepted();

describe('a byte socket', () => {
  it('keeps what is written before it is connected, and then passes bytes both ways in order', async () => {
    const lines = await log((at) => {
      at(0, (socket) => {
        socket.write('one');
        socket.write('two');
      });
      at(5, accept);
      at(10, (socket) => socket.peerSent(Buffer.from('three')));
      at(15, ({ readyState, bytesWritten, bytesRead }) => {
        expect({ readyState, bytesWritten, bytesRead }).toEqual({ readyState: 'open', bytesWritten: 6, bytesRead: 5 });
      });
    });
    expect(lines).toEqual(['connect', 'peer took one', 'peer took two', 'data three']);
  });

  it('has both addresses from the start', async () => {
    await log((at) => {
      at(0, ({ connecting, pending, readyState, remoteAddress, remotePort, localPort }) => {
        expect({ connecting, pending, readyState }).toEqual({ connecting: true, pending: true, readyState: 'opening' });
        expect({ remoteAddress, remotePort, localPort }).toEqual({
          remoteAddress: REMOTE.address,
          remotePort: REMOTE.port,
          localPort: LOCAL.port,
        });
      });
    });
  });

  it('fails with ECONNREFUSED when the peer refuses it', async () => {
    const lines = await log((at) => at(5, (socket) => socket.peerRefused()));
    expect(lines).toEqual(['peer lost the socket', 'error ECONNREFUSED: connect ECONNREFUSED', 'close']);
  });

  it('fails with ECONNRESET when the peer resets it', async () => {
    const lines = await log((at) => {
      at(5, accept);
      at(10, (socket) => socket.peerReset());
      at(15, (socket) => socket.peerSent(Buffer.from('late')));
    });
    expect(lines).toEqual(['connect', 'peer lost the socket', 'error ECONNRESET: read ECONNRESET', 'close']);
  });

  it('fails with EPIPE when the peer can take no more', async () => {
    const lines = await log((at) => {
      at(5, accept);
      at(10, (socket) => socket.write('lost'));
    }, 'EPIPE');
    expect(lines).toEqual(['connect', 'peer took lost', 'peer lost the socket', 'error EPIPE: write EPIPE', 'close']);
  });

  it('closes when both halves have ended, whichever ends first', async () => {
    const endedByOwner = await log((at) => {
      at(5, accept);
      at(10, (socket) => socket.end('last'));
      at(15, (socket) => socket.peerEnded());
    });
    expect(endedByOwner).toEqual([
      'connect',
      'peer took last',
      'peer saw the end',
      'end',
      'peer lost the socket',
      'close',
    ]);
    const endedByPeer = await log((at) => {
      at(5, accept);
      at(10, (socket) => socket.peerEnded());
    });
    expect(endedByPeer).toEqual(['connect', 'end', 'peer saw the end', 'peer lost the socket', 'close']);
  });

  it('emits timeout after the given time without traffic, and never once that is 0', async () => {
    const lines = await log((at) => {
      at(0, (socket) => socket.setTimeout(100));
      at(5, accept);
      at(90, (socket) => socket.write('traffic'));
      at(180, (socket) => socket.peerSent(Buffer.from('more')));
      at(270, (socket) => socket.setTimeout(50));
      at(330, (socket) => socket.setTimeout(0));
    });
    expect(lines).toEqual(['connect', 'peer took traffic', 'data more', 'timeout']);
  });
});
