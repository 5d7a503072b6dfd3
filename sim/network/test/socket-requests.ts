/** The contract of sockets: the attributes of a WebSocket, and of the request that opened it. */
import { bothClosed, type SocketEntry, thrownBy } from './socket-target.ts';

export const SOCKET_REQUESTS: readonly SocketEntry[] = [
  [
    'a socket of a server has no url and no extensions, and ignores an unknown binaryType',
    async (target) => {
      const { server } = await target.open({ protocols: ['one', 'two'] });
      (server as { binaryType: string }).binaryType = 'nonsense';
      const { CONNECTING, OPEN, CLOSING, CLOSED, binaryType, url, extensions, protocol, bufferedAmount } = server;
      const attributes = [server.onopen, server.onclose, server.onerror, server.onmessage];
      return [
        [CONNECTING, OPEN, CLOSING, CLOSED],
        [binaryType, url, extensions, protocol, bufferedAmount],
        attributes,
        thrownBy(() => ((server as { url: unknown }).url = 'x')).split(':')[0],
      ];
    },
    [[0, 1, 2, 3], ['nodebuffer', undefined, '', 'one', 0], [null, null, null, null], 'TypeError'],
  ],
  [
    'a request has the method, the version and the headers of an upgrade',
    async (target) => {
      const options = { url: '/a?b=1', headers: { 'X-Who': 'Ada', Origin: 'http://o' }, protocols: ['one'] };
      const { request } = await target.open(options);
      const names = request.rawHeaders.filter((_, index) => index % 2 === 0);
      const { upgrade, connection, origin } = request.headers;
      return [
        [request.method, request.url, request.httpVersion, request.httpVersionMajor, request.httpVersionMinor],
        names,
        [upgrade, connection, origin, request.headers['x-who'], request.headers['sec-websocket-protocol']],
        [/^[+/0-9A-Za-z]{22}==$/.test(request.headers['sec-websocket-key'] ?? ''), request.headersDistinct['x-who']],
        [request.complete, request.aborted, Object.keys(request.headers).length],
      ];
    },
    [
      ['GET', '/a?b=1', '1.1', 1, 1],
      [
        'X-Who',
        'Origin',
        'Sec-WebSocket-Version',
        'Sec-WebSocket-Key',
        'Connection',
        'Upgrade',
        'Sec-WebSocket-Protocol',
        'Host',
      ],
      ['websocket', 'Upgrade', 'http://o', 'Ada', 'one'],
      [true, ['Ada']],
      [true, false, 8],
    ],
  ],
  [
    'a client may name another host, and a url without a path has the path /',
    async (target) => {
      const { request } = await target.open({ url: '?b=1', headers: { HOST: 'tenant.example' } });
      const hosts = request.rawHeaders.filter((name) => name.toLowerCase() === 'host');
      return [request.url, request.headers['host'], hosts];
    },
    ['/?b=1', 'tenant.example', ['HOST']],
  ],
  [
    "a request's socket is that of the WebSocket, with addresses; destroying it ends the connection",
    async (target) => {
      const pair = await target.open();
      const { socket, connection } = pair.request;
      const inner = (pair.server as unknown as { _socket: object })._socket;
      const order: unknown[] = [];
      socket.on('close', (hadError: boolean) => order.push(`socket close ${hadError}`));
      socket.on('error', () => order.push('error'));
      pair.server.on('close', () => order.push('close'));
      const before = [socket.destroyed, socket.writable, socket.readable, socket.readyState, socket.connecting];
      const address = socket.address();
      const chained = [socket.setNoDelay(), socket.setKeepAlive(), socket.setTimeout(0), socket.ref(), socket.unref()];
      const isAddress = [
        address.port === socket.localPort,
        address.address === socket.localAddress,
        typeof socket.remotePort,
        typeof socket.remoteAddress,
        socket.remoteFamily,
      ];
      socket.destroy();
      await bothClosed(target, pair);
      await target.pause();
      return [
        [socket === connection, socket === inner, chained.every((value) => value === socket)],
        before,
        isAddress,
        order,
        [socket.destroyed, socket.writable, socket.readyState, pair.serverLog],
      ];
    },
    [
      [true, true, true],
      [false, true, true, 'open', false],
      [true, true, 'number', 'string', 'IPv4'],
      ['socket close false', 'close'],
      [true, false, 'closed', ['close 1006 ']],
    ],
  ],
];
