/** Binary frames and subprotocols, on the simulated sockets and on the real `ws`. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Sendable, ServerSocket } from '../system/web-socket-types.ts';
import { closeAtEnd, frames, runNetwork } from './test/run-network.ts';
import { runWorld, said } from '../world/test/run-world.ts';

const real = new WebSocketServer({ port: 0, host: '127.0.0.1' });
afterAll(() => real.close());

type Serve = (socket: ServerSocket) => void;
type Use = (socket: Pick<WebSocket, 'send' | 'onmessage' | 'binaryType' | 'protocol' | 'close'>) => void;
type Conversation = (serve: Serve, use: Use, protocols?: string[]) => Promise<void>;

const onTwin: Conversation = async (serve, use, protocols = []) => {
  await runNetwork(serve, (tools) =>
    tools.at(10, async () => {
      const socket = await tools.dial('client-1', 'node-1', { protocols });
      use(socket as unknown as Parameters<Use>[0]);
      closeAtEnd(tools, socket);
    }),
  );
};

const onReal: Conversation = async (serve, use, protocols = []) => {
  real.once('connection', (socket) => serve(socket as unknown as ServerSocket));
  const client = new WebSocket(`ws://127.0.0.1:${(real.address() as AddressInfo).port}`, protocols);
  // Listens before the socket is open: the first frame may arrive with the opening. What it sends
  // waits.
  const send = client.send.bind(client) as (data: unknown) => void;
  client.send = (data: unknown) => client.once('open', () => send(data));
  use(client);
  await once(client, 'open');
  client.send = send;
  // The closing handshake arrives after everything sent before it, answers included.
  client.ping();
  await once(client, 'pong');
  client.send('bye');
  client.ping();
  await once(client, 'pong');
  client.close();
  await once(client, 'close');
};

const bytes = Buffer.from([0, 1, 127, 128, 255]);
const shared = Buffer.from('xx\0\x01\x7f\x80\xffxx', 'latin1').subarray(2, 7);

const shapes: readonly [string, Sendable, { binary?: boolean } | undefined, string][] = [
  ['a buffer', bytes, undefined, 'binary 00017f80ff'],
  ['a part of a larger buffer', shared, undefined, 'binary 00017f80ff'],
  ['an array buffer', new Uint8Array(bytes).buffer, undefined, 'binary 00017f80ff'],
  ['a view of wide numbers', new Uint16Array([256, 255]), undefined, 'binary 0001ff00'],
  ['a data view', new DataView(new Uint8Array(bytes).buffer, 1, 2), undefined, 'binary 017f'],
  ['nothing', Buffer.alloc(0), undefined, 'binary '],
  ['a string', 'é', undefined, 'text c3a9'],
  ['a string as bytes', 'é', { binary: true }, 'binary c3a9'],
  ['bytes as text', Buffer.from('é'), { binary: false }, 'text c3a9'],
  ['a number', 7, undefined, 'text 37'],
];

describe.each([
  ['twin', onTwin],
  ['real', onReal],
])('frames of the %s', (_name, converse) => {
  it.each(shapes)('from a node carry %s', async (_what, data, options, expected) => {
    const received: string[] = [];
    await converse(
      (socket) => (options === undefined ? socket.send(data) : socket.send(data, options, () => undefined)),
      (socket) => {
        socket.binaryType = 'arraybuffer';
        socket.onmessage = ({ data: got }) =>
          received.push(
            typeof got === 'string'
              ? `text ${Buffer.from(got).toString('hex')}`
              : `binary ${Buffer.from(got as ArrayBuffer).toString('hex')}`,
          );
      },
    );
    expect(received).toEqual([expected]);
  });

  it.each(shapes.filter(([, , options, expected]) => options === undefined && expected !== 'text 37'))(
    'from a client carry %s',
    async (_what, data, _options, expected) => {
      const received: string[] = [];
      await converse(
        (socket) =>
          socket.on('message', (got: Buffer, isBinary: boolean) =>
            received.push(`${isBinary ? 'binary' : 'text'} ${got.toString('hex')}`),
          ),
        (socket) => socket.send(data as never),
      );
      expect(received[0]).toEqual(expected);
    },
  );

  it("arrive in the form of the node's binaryType", async () => {
    const received: unknown[] = [];
    await converse(
      (socket) => {
        socket.binaryType = 'arraybuffer';
        socket.on('message', (got: unknown, isBinary: boolean) => {
          if (isBinary) received.push(got);
          if (received.length === 1) socket.binaryType = 'fragments';
        });
      },
      (socket) => {
        socket.send(bytes);
        socket.send(bytes);
      },
    );
    expect(received).toEqual([new Uint8Array(bytes).buffer, [bytes]]);
  });

  it('do not change when the sender reuses its buffer', async () => {
    const received: string[] = [];
    await converse(
      (socket) => socket.on('message', (got: Buffer, isBinary: boolean) => isBinary && received.push(got.toString())),
      (socket) => {
        const own = Buffer.from('mine');
        socket.send(own);
        if (converse === onTwin) own.fill('x');
      },
    );
    expect(received).toEqual(['mine']);
  });

  it.each([
    [['v2', 'v1'], 'v2'],
    [[], ''],
  ])('follow the first subprotocol of %j', async (protocols, expected) => {
    const agreed: string[] = [];
    await converse(
      (socket) => agreed.push(socket.protocol),
      (socket) => (socket.onmessage = () => undefined),
      protocols,
    );
    expect(agreed).toEqual([expected]);
  });
});

describe('the simulated sockets', () => {
  it('record bytes in hexadecimal, and cut long payloads with their length and a hash', async () => {
    const large = Buffer.alloc(5000, 1);
    const other = Buffer.from(large).fill(2, 4999);
    const run = await runNetwork(
      (socket) => [bytes, large, other].forEach((data) => socket.send(data)),
      (tools) => tools.at(10, async () => closeAtEnd(tools, await tools.dial('client-1'))),
    );
    const [small = '', cut = '', cutToo = ''] = frames(run, { kind: 'binary', phase: 'delivered' }).map(
      ({ text }) => text,
    );
    expect(small).toBe('00017f80ff');
    expect(cut).toMatch(/^(01){4096}…5000 bytes, [0-9a-f]{8}$/);
    expect([cut.slice(0, 8192) === cutToo.slice(0, 8192), cut === cutToo]).toEqual([true, false]);
  });

  it('give a browser a Blob by default', async () => {
    let got: unknown;
    await runNetwork(
      (socket) => socket.send(bytes),
      (tools) =>
        tools.at(10, async () => {
          const socket = await tools.dial('client-1');
          socket.onmessage = ({ data }) => (got = data);
          closeAtEnd(tools, socket);
        }),
    );
    expect(got).toBeInstanceOf(Blob);
    expect(Buffer.from(await (got as Blob).arrayBuffer())).toEqual(bytes);
  });

  it('refuse a connection without a common subprotocol', async () => {
    const { said: received, records } = await dialSpeaking(['v1']);
    expect(received).toEqual([
      'server sent no subprotocol',
      'node closed 1006',
      'client-2 open',
      'client-2 speaks v1',
      'node closed 1000',
      'client-2 closed 1000',
    ]);
    expect(records).toEqual(['v2, v3', 'v2, v3', 'v2, v1', 'v2, v1', 'v1']);
  });

  async function dialSpeaking(protocols: string[]) {
    const run = await runWorld(
      (node, tools) => {
        node.listen((socket) => socket.on('close', (code: number) => tools.note(`node closed ${code}`)), { protocols });
        return {};
      },
      (tools) => {
        tools.at(10, () =>
          tools.dial('client-1', 'node-1', { protocols: ['v2', 'v3'] }).catch((e: Error) => tools.note(e.message)),
        );
        tools.at(500, async () => {
          const socket = await tools.dial('client-2', 'node-1', { protocols: ['v2', 'v1'] });
          tools.note(`client-2 speaks ${socket.protocol}`);
          socket.close(1000);
        });
      },
    );
    const opens = run.records.filter((record) => record.type === 'frame' && record.kind === 'open');
    return {
      said: said(run),
      records: opens.map((record) => (record.type === 'frame' ? record.text : '')),
    };
  }
});
