/** The contract of `node:net`: servers, and where they listen. */
import type { NetEntry } from './entry.ts';

export const NET_SERVERS: readonly NetEntry[] = [
  [
    'listen takes a port, a host, a backlog and a callback, in each of its forms',
    `const forms = [
       (server, done) => server.listen(done),
       (server, done) => server.listen(0, done),
       (server, done) => server.listen('0', done),
       (server, done) => server.listen(0, '127.0.0.1', done),
       (server, done) => server.listen(0, '127.0.0.1', 5, done),
       (server, done) => server.listen(0, 5, done),
       (server, done) => server.listen({ port: 0 }, done),
       (server, done) => server.listen({ port: 0, host: '127.0.0.1', backlog: 3 }, done),
       (server, done) => server.listen({ port: 0, host: '0.0.0.0', exclusive: true }, done),
       (server, done) => server.on('listening', done).listen(0, undefined, 5),
       (server, done) => server.on('listening', done).listen(null),
       (server, done) => server.listen({ port: 0, host: 'localhost', family: 4 }, () => setImmediate(done)),
     ];
     forms.forEach((form, index) => {
       const server = new net.Server();
       const who = 'form ' + (10 + index);
       say(who, 'before', server.listening, server.address(), form(server, function () {
         const { address, family, port } = server.address();
         say(who, 'listening', this === server, server.listening, index === 11 ? '' : address, family, port > 1023);
         server.close(() => say(who, 'closed', server.listening, server.address()));
         say(who, 'closing', server.listening);
       }) === server);
     });`,
  ],
  [
    'listen refuses arguments',
    `for (const value of [-1, 65536, 1.5, true, NaN, {}, { port: -1 }, { port: 'y' }, [], { host: 'a' }])
       attempt('listen', () => net.createServer().listen(value));
     attempt('createServer', () => net.createServer('x'));
     attempt('createServer', () => net.createServer({}, 'x'));
     attempt('createServer', () => net.Server(() => undefined) instanceof net.Server);`,
  ],
  [
    'a port that is taken fails with EADDRINUSE',
    `const first = net.createServer().listen(0, '127.0.0.1', () => {
       const { port } = first.address();
       const second = watch('second', net.createServer(), 'listening', 'close', 'error');
       second.on('error', (error) => {
         say('second', 'error', error.errno, error.syscall, error.address, error.port === port, Object.keys(error));
         say('second', 'state', second.listening, second.address());
         attempt('second', () => second.close((error) => say('second', 'closed', error)) === second);
         first.close(() => {
           second.listen(port, '127.0.0.1', () => second.close());
         });
       });
       second.listen(port, '127.0.0.1');
       say('second', 'after', second.listening);
     });`,
  ],
  [
    'ports of all addresses and of one address exclude each other',
    `const all = net.createServer().listen(0, () => {
       const one = watch('one', net.createServer(), 'error', 'listening').on('error', () => all.close());
       one.listen(all.address().port, '127.0.0.1');
     });`,
  ],
  [
    'an address of another machine fails with EADDRNOTAVAIL',
    `const server = watch('server', net.createServer(), 'error', 'listening', 'close');
     server.on('error', ({ errno, syscall, address, port }) => say('server', 'error', errno, syscall, address, port));
     server.listen(0, '192.0.2.7');`,
  ],
  [
    'a name is resolved before the server listens',
    `const server = watch('server', net.createServer(), 'listening', 'close', 'error');
     server.listen(0, 'localhost', () => {
       say('server', 'family', server.address().family.startsWith('IPv'));
       server.close();
     });
     say('server', 'after', server.listening, server.address());
     const unknown = watch('unknown', net.createServer(), 'listening', 'error');
     unknown.on('error', ({ errno, syscall, hostname }) => say('unknown', errno, syscall, hostname));
     unknown.listen({ port: 0, host: 'nowhere.invalid' }, () => say('unknown', 'never'));`,
  ],
  [
    'a server listens once at a time',
    `const server = watch('server', net.createServer(), 'listening', 'close', 'error');
     server.listen(0, '127.0.0.1');
     attempt('server', () => server.listen(0));
     server.on('listening', () => {
       attempt('server', () => server.listen(0));
       server.close();
       attempt('server', () => server.listen(0, '127.0.0.1', () => say('server', 'again')) === server);
       server.close();
     });`,
  ],
  [
    'close waits for connections, and fails on a server that does not run',
    `const server = serve({ keep: true }, (socket) => {
       server.getConnections((error, count) => say('server', 'connections', error, count));
       server.close((error) => {
         say('server', 'closed', error, server.listening);
         server.getConnections((error, count) => say('server', 'connections', error, count));
         server.close((error) => say('server', 'closed again', error));
         attempt('server', () => server.close() === server);
       });
       say('server', 'closing', server.listening, server.address());
       setTimeout(() => socket.end('late'), 300);
     }, (port) => {
       watch('client', net.connect(port, '127.0.0.1'), 'data', 'end', 'close');
     });
     watch('server', server, 'listening', 'connection', 'close', 'error');
     net.createServer().close((error) => say('other', 'closed', error));`,
  ],
  [
    'a closed server refuses connections',
    `const server = net.createServer().listen(0, '127.0.0.1', () => {
       const { port } = server.address();
       server.close(() => watch('client', net.connect(port, '127.0.0.1'), ...SOCKET));
     });`,
  ],
  [
    'a server accepts at most maxConnections',
    `const server = net.createServer();
     server.maxConnections = 1;
     server.on('connection', (socket) => { socket.resume(); say('server', 'connection'); });
     server.on('drop', (data) => {
       say('server', 'drop', Object.keys(data), data.localAddress, data.localPort === server.address().port,
         data.remoteFamily, data.remotePort > 0);
       server.close();
       first.end();
     });
     let first;
     server.listen(0, '127.0.0.1', () => {
       const { port } = server.address();
       first = watch('first', net.connect(port, '127.0.0.1', () => {
         watch('second', net.connect(port, '127.0.0.1'), 'connect', 'end', 'close').resume();
       }), 'connect', 'end', 'close').resume();
     });`,
  ],
  [
    'pauseOnConnect hands a paused socket over',
    `serve({ pauseOnConnect: true }, (socket) => {
       say('server', 'paused', socket.isPaused(), socket.readableFlowing, socket.bytesRead);
       setTimeout(() => {
         say('server', 'still', socket.isPaused(), socket.bytesRead);
         watch('server', socket, 'data', 'end', 'close').resume();
         socket.end();
       }, 300);
     }, (port) => net.connect(port, '127.0.0.1').end('hello').resume());`,
  ],
  [
    'options of the server set up its sockets',
    `const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 1000, highWaterMark: 7, allowHalfOpen: true };
     serve(options, (socket, server) => {
       say('server', 'socket', socket.readableHighWaterMark, socket.writableHighWaterMark, socket.allowHalfOpen);
       say('server', 'owner', socket.server === server, socket instanceof net.Socket, socket.constructor.name);
       socket.resume().end();
     }, (port, server) => {
       say('options', 'server', server.allowHalfOpen, server.pauseOnConnect, server.noDelay, server.keepAlive,
         server.keepAliveInitialDelay, server.highWaterMark);
       net.connect(port, '127.0.0.1').resume();
     });
     // The default depends on the version of Node, and the simulation has that of the newest.
     for (const value of ['x', -1, {}]) attempt('highWaterMark', () => net.createServer({ highWaterMark: value }).highWaterMark > 7);`,
  ],
  [
    'a server that is not referenced keeps no process alive',
    `const server = net.createServer().listen(0, '127.0.0.1', () => {
       say('server', 'unref', server.unref() === server);
       server.ref();
       server.unref();
       say('server', 'listening', server.listening);
     });
     net.createServer().unref().listen(0, '127.0.0.1');
     net.createServer().listen(0, '127.0.0.1', function () { setTimeout(() => this.close(), 300); });`,
  ],
  [
    'a signal closes the server',
    `const controller = new AbortController();
     const server = watch('server', net.createServer(), 'listening', 'close', 'error');
     server.listen({ port: 0, host: '127.0.0.1', signal: controller.signal }, () => controller.abort());
     const aborted = watch('aborted', net.createServer(), 'listening', 'close', 'error');
     aborted.listen({ port: 0, host: '127.0.0.1', signal: AbortSignal.abort() });
     attempt('invalid', () => net.createServer().listen({ port: 0, signal: 3 }));`,
  ],
  [
    'a server can be disposed of',
    `const server = watch('server', net.createServer(), 'listening', 'close', 'error');
     if (Symbol.asyncDispose === undefined || server[Symbol.asyncDispose] === undefined) say('server', 'none');
     else server.listen(0, '127.0.0.1', () => server[Symbol.asyncDispose]().then(() => say('server', 'disposed')));`,
  ],
  [
    'both ends show their addresses',
    `const server = serve({}, (socket) => {
       say('server', 'families', socket.remoteFamily, socket.localFamily, socket.address().family);
       say('server', 'addresses', socket.remoteAddress, socket.localAddress, socket.address().address);
       say('server', 'ports', socket.localPort === port, socket.address().port === port, socket.remotePort === client.localPort);
       socket.end();
       socket.on('close', () => say('server', 'closed', socket.remoteAddress, socket.remotePort > 0, socket.localAddress,
         socket.address()));
       socket.resume();
     }, (number) => {
       port = number;
       client = net.connect(port, '127.0.0.1');
       say('client', 'before', client.remoteAddress, client.remotePort, client.remoteFamily, client.localAddress,
         client.localPort, client.localFamily, client.address());
       client.on('connect', () => say('client', 'connect', client.remoteAddress, client.remotePort === port,
         client.remoteFamily, client.localAddress, client.localPort > 0, client.localFamily, Object.keys(client.address())));
       client.resume().on('close', () => say('client', 'closed', client.remoteAddress, client.localAddress, client.address()));
     });
     let port;
     let client;`,
  ],
  [
    'a server on all addresses shows IPv4 clients as IPv6',
    `const server = net.createServer((socket) => {
       say('server', 'socket', socket.remoteAddress, socket.remoteFamily, socket.localAddress, socket.localFamily);
       socket.end();
       server.close();
     }).listen(0, () => net.connect(server.address().port, '127.0.0.1').resume());`,
  ],
  [
    'a listener that rejects reports an error if the server captures rejections',
    `const server = net.createServer({ keep: true }, async (socket) => {
       socket.on('error', (error) => say('server', 'error', error)).on('close', () => server.close());
       throw new Error('rejected');
     });
     server[Symbol.for('nodejs.rejection')] ? say('server', 'has rejection') : say('server', 'none');
     server.on('connection', () => say('server', 'connection'));
     process.on('unhandledRejection', (error) => { say('server', 'unhandled', error); server.close(); last.destroy(); });
     let last;
     server.listen(0, '127.0.0.1', () => { last = net.connect(server.address().port, '127.0.0.1').on('error', () => {}); });`,
  ],
];
