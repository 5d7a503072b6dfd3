/** The contract of `WebSocket`. */
import type { NetEntry } from '../../../world/test/net/entry.ts';

export const WEB_SOCKETS: readonly NetEntry[] = [
  [
    'a socket opens, carries text and bytes, and closes',
    `
    await servingSockets((request, socket) => {
      say('server', request.url, headersOf(request));
      accept(request, socket);
      frames(socket, (opcode, bytes) => {
        say('server', opcode, bytes.length > 100 ? digestOf(bytes) : bytes);
        if (opcode === 8) { socket.end(frame(8, bytes)); return; }
        socket.write(frame(opcode, bytes));
      });
    }, async (base) => {
      const socket = new WebSocket(base + '/chat?a=b');
      say('client', socket.url.replace(base, ''), socket.readyState, socket.binaryType, socket.protocol, socket.extensions, socket.bufferedAmount);
      attempt('client', () => socket.send('early'));
      const closed = follow('client', socket);
      let count = 0;
      let wake = () => undefined;
      socket.addEventListener('message', () => { count += 1; wake(); });
      const heardOf = async (wanted) => { while (count < wanted) await new Promise((done) => { wake = done; }); };
      socket.onopen = async () => {
        socket.send('text é');
        socket.send(new Uint8Array([1, 2, 3]));
        await heardOf(2);
        socket.binaryType = 'arraybuffer';
        socket.send(new Uint8Array([1, 2, 3, 4]).buffer);
        socket.send(new Blob(['blob']));
        socket.send('x'.repeat(100_000));
        await heardOf(5);
        socket.close(3000, 'bye');
        say('client', socket.readyState);
        socket.send('late');
        socket.close();
      };
      await closed;
      say('client', socket instanceof WebSocket, [WebSocket.CONNECTING, WebSocket.OPEN, WebSocket.CLOSING, WebSocket.CLOSED, socket.OPEN], String(socket));
    });`,
  ],
  [
    'subprotocols and headers',
    `
    await servingSockets((request, socket) => {
      say('server', request.headers['sec-websocket-protocol'], request.headers.authorization, request.headers.cookie);
      const chosen = request.url.slice(1);
      accept(request, socket, chosen === '' ? [] : ['Sec-WebSocket-Protocol: ' + chosen]);
      frames(socket, (opcode, bytes) => { if (opcode === 8) socket.end(frame(8, bytes)); });
    }, async (base) => {
      const open = async (path, ...parameters) => {
        const socket = new WebSocket(base + path, ...parameters);
        socket.addEventListener('open', () => socket.close());
        await follow('client ' + path, socket);
      };
      await open('/b', ['a', 'b']);
      await open('/c', 'c');
      await open('/d', ['a', 'b']);
      await open('/', 'a');
      await open('/e');
      await open('/f', { protocols: ['f'], headers: { authorization: 'Bearer x', cookie: 'a=b' } });
    });`,
  ],
  [
    'addresses, subprotocols, codes and reasons that are not allowed',
    `
    const make = (...parameters) => attempt('make', () => new WebSocket(...parameters));
    make('no address');
    make('ftp://a.test/');
    make('ws://a.test/#part');
    make('ws://a.test/', ['a', 'a']);
    make('ws://a.test/', 'a b');
    make();
    attempt('make', () => WebSocket('ws://a.test/'));
    const socket = new WebSocket('http://127.0.0.1:' + await unusedPort() + '/');
    say('client', socket.url.replace(/:\\d+/, ''));
    const closed = follow('client', socket);
    attempt('client', () => socket.close(1001));
    attempt('client', () => socket.close(2999));
    attempt('client', () => socket.close(3000, 'x'.repeat(124)));
    attempt('client', () => { socket.binaryType = 'text'; return socket.binaryType; });
    await closed;`,
  ],
  [
    'a server that refuses, that is absent, or that answers wrongly',
    `
    await servingSockets((request, socket) => {
      const answers = {
        '/401': 'HTTP/1.1 401 Unauthorized\\r\\nConnection: close\\r\\n\\r\\n',
        '/200': 'HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n',
        '/key': 'HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: x\\r\\n\\r\\n',
        '/garbage': 'garbage',
      };
      if (request.url === '/reset') socket.resetAndDestroy();
      else socket.end(answers[request.url]);
    }, async (base) => {
      for (const path of ['/401', '/200', '/key', '/garbage', '/reset', '/ended']) await follow(path, new WebSocket(base + path));
    });
    await follow('absent', new WebSocket('ws://127.0.0.1:' + await unusedPort()));
    await follow('nowhere', new WebSocket('ws://nowhere.invalid'));`,
  ],
  [
    'the server closes, drops the connection, or breaks the rules',
    `
    const acts = {
      '/close': (socket) => socket.write(frame(8, Buffer.from([3, 233, 98, 121, 101]))),
      '/empty': (socket) => socket.write(frame(8, '')),
      '/drop': (socket) => socket.end(),
      '/reset': (socket) => socket.resetAndDestroy(),
      '/utf8': (socket) => socket.write(frame(1, Buffer.from([255, 254]))),
      '/rsv': (socket) => socket.write(Buffer.from([0xf1, 1, 65])),
      '/opcode': (socket) => socket.write(frame(5, 'x')),
      '/control': (socket) => socket.write(frame(9, 'x', false)),
      '/code': (socket) => socket.write(frame(8, Buffer.from([0, 1]))),
    };
    await servingSockets((request, socket) => {
      accept(request, socket);
      frames(socket, (opcode, bytes) => { say(request.url + ' server', opcode, bytes); if (opcode === 8) socket.end(); });
      setTimeout(() => acts[request.url](socket), 300);
    }, async (base) => {
      for (const path of Object.keys(acts)) await follow(path, new WebSocket(base + path));
    });`,
  ],
  [
    'pings are answered, fragments are joined, and closing is possible before it is open',
    `
    await servingSockets((request, socket) => {
      if (request.url === '/never') return;
      accept(request, socket);
      frames(socket, (opcode, bytes) => {
        say('server', opcode, bytes);
        if (opcode === 10 && String(bytes) === 'ping') socket.write(Buffer.concat([frame(1, 'one ', false), frame(9, 'between'), frame(0, 'two ', false), frame(0, 'three')]));
        if (opcode === 8) socket.end(frame(8, bytes));
      });
      socket.write(frame(9, 'ping'));
    }, async (base) => {
      const socket = new WebSocket(base + '/');
      socket.onmessage = () => setTimeout(() => socket.close(1000), 300);
      await follow('client', socket);
      const early = new WebSocket(base + '/never');
      const closed = follow('early', early);
      setTimeout(() => { early.close(); say('early', early.readyState); }, 50);
      await Promise.race([closed, sleep(200)]);
      const never = new WebSocket(base + '/never');
      never.close(3001, 'why');
      await Promise.race([follow('at once', never), sleep(200)]);
    });`,
  ],
  [
    'events can be made, and have their members',
    `
    const close = new CloseEvent('close', { code: 1001, reason: 'r', wasClean: true });
    const message = new MessageEvent('message', { data: [1], origin: 'o', lastEventId: '3' });
    const error = new ErrorEvent('error', { message: 'm', error: new Error('e'), lineno: 3 });
    say('events', close.code, close.reason, close.wasClean, close.type, close instanceof Event, new CloseEvent('x').code);
    say('events', message.data, message.origin, message.lastEventId, message.ports);
    say('events', error.message, error.error, error.lineno);
    attempt('events', () => new CloseEvent());
    const target = new EventTarget();
    target.addEventListener('close', ({ code }) => say('events', code));
    say('events', target.dispatchEvent(close));`,
  ],
];
