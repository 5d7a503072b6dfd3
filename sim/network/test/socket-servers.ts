/** The contract of sockets: what a WebSocketServer decides before a connection is open. */
import type { ServerSocket, UpgradeRequest, VerifyResult } from '../../system/web-socket-types.ts';
import { type SocketEntry, until } from './socket-target.ts';

export const SOCKET_SERVERS: readonly SocketEntry[] = [
  [
    'a process that closes its server before it reads a request resets the connection',
    (target) => target.dialClosingServer(),
    'connection reset',
  ],
  [
    'a server that is closed refuses connections and has no address',
    async (target) => {
      const { server, dial } = await target.serve({});
      const address = server.address();
      const open = await dial();
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
      const closed = await dial();
      return [
        [address?.family, typeof address?.port, typeof address?.address, open],
        [server.address(), /refused/i.test(closed)],
      ];
    },
    [
      ['IPv4', 'number', 'string', 'open'],
      [null, true],
    ],
  ],
  [
    'handleProtocols chooses the subprotocol, also when it is set later, and is called only with an offer',
    async (target) => {
      const calls: unknown[] = [];
      const { server, dial } = await target.serve({
        handleProtocols: (protocols, { url }) => {
          calls.push([[...protocols], url]);
          return 'two';
        },
      });
      const outcomes = [await dial({ protocols: ['one', 'two'] }), await dial()];
      server.options.handleProtocols = () => false;
      outcomes.push(await dial({ protocols: ['one'] }));
      return [outcomes, calls, [...server.clients].slice(0, 2).map(({ protocol }) => protocol)];
    },
    [['open two', 'open', 'server sent no subprotocol'], [[['one', 'two'], '/']], ['two', '']],
  ],
  [
    'without handleProtocols the first subprotocol is taken',
    async (target) => (await target.serve({})).dial({ protocols: ['one', 'two'] }),
    'open one',
  ],
  [
    'verifyClient with one parameter returns whether the request is accepted',
    async (target) => {
      const seen: unknown[] = [];
      const { dial } = await target.serve({
        verifyClient: ({ origin, secure, req }: { origin: unknown; secure: boolean; req: UpgradeRequest }) => {
          seen.push([origin, secure, req.url]);
          return req.headers['authorization'] === 'yes';
        },
      });
      return [await dial(), await dial({ url: '/a', headers: { Authorization: 'yes', Origin: 'http://o' } }), seen];
    },
    [
      'refused with 401',
      'open',
      [
        [undefined, false, '/'],
        ['http://o', false, '/a'],
      ],
    ],
  ],
  [
    'verifyClient with two parameters decides later, and with which status',
    async (target) => {
      const decisions: VerifyResult[] = [];
      const { dial } = await target.serve({
        verifyClient: (_info: unknown, decide: VerifyResult) => decisions.push(decide),
      });
      const outcomes = [dial(), dial(), dial()];
      let settled = 0;
      for (const outcome of outcomes) void outcome.then(() => (settled += 1));
      await until(target, () => decisions.length === 3);
      await target.pause();
      const before = settled;
      decisions[0]?.(true);
      decisions[1]?.(false, 403, 'no');
      decisions[2]?.(false);
      return [before, (await Promise.all(outcomes)).sort()];
    },
    [0, ['open', 'refused with 401', 'refused with 403']],
  ],
  [
    'a server that closes while verifyClient decides answers 503',
    async (target) => {
      const decisions: VerifyResult[] = [];
      const { server, dial } = await target.serve({
        verifyClient: (_info: unknown, decide: VerifyResult) => decisions.push(decide),
      });
      const outcome = dial();
      await until(target, () => decisions.length === 1);
      server.close();
      decisions[0]?.(true);
      return outcome;
    },
    'refused with 503',
  ],
  [
    'a server with a path accepts no other, whatever the query',
    async (target) => {
      const { dial } = await target.serve({ path: '/chat' });
      return [await dial({ url: '/chat?a=1' }), await dial({ url: '/chat' }), await dial({ url: '/chat/' })];
    },
    ['open', 'open', 'refused with 400'],
  ],
  [
    'shouldHandle may be replaced, and decides first',
    async (target) => {
      const { server, dial } = await target.serve({ verifyClient: () => false, path: '/a' }, (made) => {
        made.shouldHandle = ({ url }) => url === '/b';
      });
      return [
        server.shouldHandle({ url: '/b' } as UpgradeRequest),
        await dial({ url: '/a' }),
        await dial({ url: '/b' }),
      ];
    },
    [true, 'refused with 400', 'refused with 401'],
  ],
  [
    'headers are announced before the connection, with the answer to the key',
    async (target) => {
      const order: string[] = [];
      const { dial } = await target.serve({}, (server) => {
        server.on('headers', (headers: string[], { method, headers: sent }: UpgradeRequest) => {
          const names = headers.map((line) => line.split(':', 1)[0]).join(', ');
          order.push(`${names}; ${method}; ${(sent['sec-websocket-key'] ?? '').length}`);
        });
        server.on('connection', (socket: ServerSocket, { url }: UpgradeRequest) =>
          order.push(`connection ${url} ${socket.protocol}`),
        );
      });
      await dial({ protocols: ['one'] });
      await until(target, () => order.length === 2);
      return order;
    },
    [
      'HTTP/1.1 101 Switching Protocols, Upgrade, Connection, Sec-WebSocket-Accept, Sec-WebSocket-Protocol; GET; 24',
      'connection / one',
    ],
  ],
  [
    'a server without clientTracking has no clients',
    async (target) => {
      let connections = 0;
      const { server, dial } = await target.serve({ clientTracking: false }, (made) =>
        made.on('connection', () => (connections += 1)),
      );
      const outcome = await dial();
      await until(target, () => connections === 1);
      return [outcome, server.clients];
    },
    ['open', undefined],
  ],
  [
    'options have the defaults of ws, and can be changed',
    async (target) => {
      const { server } = await target.serve({ path: '/a' });
      const { options } = server;
      options.path = '/b';
      return [
        [options.path, options.clientTracking, options.closeTimeout, options.handleProtocols, options.verifyClient],
        (options as Record<string, unknown>)['maxPayload'],
        (options as Record<string, unknown>)['perMessageDeflate'],
      ];
    },
    [['/b', true, 30_000, null, null], 104_857_600, false],
  ],
];
