/** The contract of `node:net`: connecting, timeouts, references and functions of the module. */
import type { NetEntry } from './entry.ts';

export const NET_CONNECTS: readonly NetEntry[] = [
  [
    'connect in each of its forms',
    `const server = net.createServer((socket) => socket.resume().end()).listen(0, '127.0.0.1', () => {
       const { port } = server.address();
       const forms = [
         (done) => net.connect(port, '127.0.0.1', done),
         (done) => net.createConnection(port, '127.0.0.1', done),
         (done) => net.connect(String(port), '127.0.0.1', done),
         (done) => net.connect({ port, host: '127.0.0.1' }, done),
         (done) => net.connect({ port, host: '127.0.0.1', family: 4, noDelay: true, keepAlive: true }, done),
         (done) => new net.Socket().connect(port, '127.0.0.1', done),
         (done) => new net.Stream().connect({ port, host: '127.0.0.1' }).on('connect', done),
         (done) => net.Socket({ allowHalfOpen: false }).connect(port, '127.0.0.1').on('connect', done),
         (done) => net.connect({ port, host: '127.0.0.1', localAddress: '127.0.0.1' }, done),
         (done) => net.connect({ port, host: '127.0.0.1', hints: 0 }, done),
         (done) => net.connect({ port, host: 'localhost', family: 4 }, done),
       ];
       let left = forms.length;
       forms.forEach((form, index) => {
         const who = 'form ' + (10 + index);
         const socket = form(function () { say(who, 'connected', this === socket, this.remoteAddress, this.remotePort === port); });
         say(who, 'made', socket instanceof net.Socket, socket.connecting);
         socket.resume().on('close', () => { say(who, 'close'); left -= 1; if (left === 0) server.close(); });
       });
     });`,
  ],
  [
    'connect refuses arguments',
    `for (const values of [[], [{}], [70000], [-1], [{ port: 'y' }], [{ port: 1, host: 3 }], [{ port: 1, localAddress: 'x' }],
       [{ port: 1, host: '127.0.0.1', localPort: 'x' }], [{ port: 1, lookup: 3 }], [null], [{ port: 1, family: 'x', lookup: 1 }]])
       attempt('connect', () => net.connect(...values).on('error', () => undefined).destroyed);
     attempt('socket', () => new net.Socket({ objectMode: true }));
     attempt('socket', () => new net.Socket({ readableObjectMode: true }));
     attempt('socket', () => new net.Socket({ onread: 3 }).destroyed);`,
  ],
  [
    'state before and after the connection',
    `serve({}, (socket) => {
       say('server', 'state', socket.connecting, socket.pending, socket.readyState, socket.readable, socket.writable);
       socket.end().resume();
     }, (port) => {
       const socket = new net.Socket();
       const state = (when) => say('client', when, socket.connecting, socket.pending, socket.readyState, socket.destroyed,
         socket.readable, socket.writable, socket.closed, socket.bytesRead, socket.bytesWritten, socket.timeout);
       state('new');
       say('client', 'result', socket.connect(port, '127.0.0.1') === socket);
       state('connecting');
       socket.on('connect', () => state('connect')).on('ready', () => state('ready')).on('end', () => state('end'));
       socket.on('close', () => state('close')).on('connectionAttempt', (...values) => say('client', 'attempt', values.length)).resume();
     });`,
  ],
  [
    'lookup is emitted for names and addresses',
    `serve({ keep: true }, (socket, server) => {
       socket.resume().end();
       server.getConnections(() => undefined);
     }, (port, server) => {
       const first = net.connect(port, '127.0.0.1').resume();
       watch('address', first, 'lookup', 'connect', 'close').on('close', () => {
         const second = net.connect({ port, host: 'localhost', family: 4 }).resume();
         second.on('lookup', (error, address, family, host) => say('name', error, address, family, host));
         second.on('close', () => server.close());
       });
     });`,
  ],
  [
    'a port that nothing listens on refuses the connection',
    `const server = net.createServer().listen(0, '127.0.0.1', () => {
       const { port } = server.address();
       server.close(() => {
         const client = watch('client', net.connect(port, '127.0.0.1'), ...SOCKET);
         client.on('connectionAttemptFailed', () => say('client', 'attempt failed'));
         client.on('error', (error) => say('client', error.errno, error.syscall, error.address, error.port === port,
           Object.keys(error), client.connecting, client.destroyed));
         client.write('never', (error) => say('client', 'written', error));
       });
     });`,
  ],
  [
    'an unknown name is not found',
    `const client = watch('client', net.connect(80, 'nowhere.invalid'), 'lookup', ...SOCKET);
     client.on('error', (error) => say('client', error.errno, error.syscall, error.hostname, Object.keys(error)));`,
  ],
  [
    'a custom lookup resolves names',
    `serve({}, (socket) => socket.resume().end(), (port) => {
       const lookup = (name, options, callback) => {
         say('lookup', name, options.family, options.hints, options.all === true);
         process.nextTick(callback, null, options.all ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1', 4);
       };
       watch('client', net.connect({ port, host: 'somewhere', lookup }), 'connect', 'close').resume();
       const failing = (name, options, callback) => callback(Object.assign(new Error('no such name'), { code: 'EOWN' }));
       watch('failing', net.connect({ port, host: 'somewhere', lookup: failing }), ...SOCKET);
       const invalid = (name, options, callback) => callback(null, options.all ? [{ address: 'x', family: 4 }] : 'x', 4);
       watch('invalid', net.connect({ port, host: 'somewhere', lookup: invalid }), ...SOCKET);
       const empty = (name, options, callback) => callback(null, options.all ? [] : '', 4);
       watch('family', net.connect({ port, host: 'somewhere', family: 4, lookup: (name, options, callback) =>
         callback(null, '127.0.0.1', 5) }), ...SOCKET);
     });`,
  ],
  [
    'several addresses are tried in turn',
    `const closed = net.createServer().listen(0, '127.0.0.1', () => {
       const { port } = closed.address();
       closed.close(() => {
         const lookup = (name, options, callback) =>
           callback(null, [{ address: '127.0.0.1', family: 4 }, { address: '127.0.0.1', family: 4 }]);
         const client = watch('client', net.connect({ port, host: 'two', lookup, autoSelectFamily: true }), 'connect', 'close');
         client.on('error', (error) => say('client', error.name, error.code, error.errors?.map(({ code, message }) => code), client.autoSelectFamilyAttemptedAddresses?.length));
       });
     });
     say('module', net.getDefaultAutoSelectFamily(), net.getDefaultAutoSelectFamilyAttemptTimeout() >= 250);`,
  ],
  [
    'a signal destroys the socket',
    `const server = net.createServer((socket) => {
       socket.on('error', () => undefined).on('close', () => server.close()).resume();
     }).listen(0, '127.0.0.1', () => {
       const controller = new AbortController();
       const client = watch('client', net.connect({ port: server.address().port, host: '127.0.0.1', signal: controller.signal }),
         'connect', 'end', 'error', 'close');
       client.on('connect', () => { setTimeout(() => controller.abort(), 300); });
       const aborted = watch('aborted', new net.Socket({ signal: AbortSignal.abort() }), 'error', 'close');
       say('aborted', 'state', aborted.destroyed);
     });`,
  ],
  [
    'a socket connects again after it was closed',
    `const server = serve({ keep: true }, (socket) => { watch('server', socket, 'data', 'end', 'close'); }, (port) => {
       const client = watch('client', new net.Socket(), 'connect', 'ready', 'end', 'close');
       let count = 0;
       client.on('connect', () => client.end('call ' + count)).resume();
       client.on('close', () => {
         count += 1;
         say('client', 'closed', client.destroyed, client.connecting, client.readyState, client.bytesWritten, client.bytesRead);
         if (count === 3) return server.close();
         client.connect(port, '127.0.0.1');
         say('client', 'again', client.destroyed, client.connecting, client.readyState);
       });
       client.connect(port, '127.0.0.1');
     });`,
  ],
  [
    'a socket connects again after it was refused',
    `const server = net.createServer((socket) => socket.resume().end('hello')).listen(0, '127.0.0.1', () => {
       const { port } = server.address();
       server.close(() => {
         const client = watch('client', net.connect(port, '127.0.0.1'), 'connect', 'data', 'end', 'error', 'close');
         client.once('close', () => server.listen(port, '127.0.0.1', () => {
           client.connect(port, '127.0.0.1');
           client.once('close', () => server.close());
         }));
       });
     });`,
  ],
  [
    'setTimeout reports an idle socket',
    `serve({}, (socket) => socket.resume().on('end', () => socket.end()), (port) => {
       const client = net.connect(port, '127.0.0.1', () => {
         say('client', 'result', client.setTimeout(200, () => say('client', 'callback')) === client, client.timeout);
         client.on('timeout', () => {
           say('client', 'timeout', client.destroyed, client.readyState, client.timeout);
           client.setTimeout(0);
           say('client', 'off', client.timeout);
           setTimeout(() => client.end(), 300);
         });
       }).resume();
     });`,
  ],
  [
    'activity moves the timeout, and it is reported again',
    `serve({}, (socket) => socket.resume(), (port) => {
       const client = net.connect(port, '127.0.0.1').resume();
       let writes = 0;
       let timeouts = 0;
       client.setTimeout(2000);
       const writing = setInterval(() => {
         writes += 1;
         client.write('x');
         if (writes === 5) clearInterval(writing);
       }, 200);
       client.on('timeout', () => {
         timeouts += 1;
         say('client', 'timeout', writes, timeouts);
         if (timeouts === 2) client.destroy(); else client.write('y');
       });
     });`,
  ],
  [
    'setTimeout refuses values',
    `const socket = new net.Socket();
     for (const value of ['1', null, undefined, -1, NaN, Infinity, {}, true, 2 ** 40]) attempt('socket', () => socket.setTimeout(value) === socket);
     attempt('socket', () => socket.setTimeout(1, 3));
     attempt('socket', () => socket.setTimeout(0, 'x'));
     socket.setTimeout(0);
     socket.destroy();
     attempt('destroyed', () => socket.setTimeout('x') === socket);`,
  ],
  [
    'a timeout of a socket that was closed is not reported',
    `serve({ keep: true }, (socket) => socket.resume().end(), (port, server) => {
       const client = net.connect({ port, host: '127.0.0.1', timeout: 250 }).resume();
       say('client', 'timeout', client.timeout);
       client.on('timeout', () => say('client', 'never')).on('close', () => setTimeout(() => server.close(), 400));
     });`,
  ],
  [
    'setTimeout does not keep the process alive',
    `const socket = new net.Socket();
     socket.setTimeout(5000, () => say('socket', 'never'));
     say('socket', 'waits');`,
  ],
  [
    'a connection that is not referenced keeps no process alive',
    `const server = net.createServer((socket) => {
       say('server', 'unref', socket.unref() === socket);
     }).listen(0, '127.0.0.1', () => {
       server.unref();
       const client = net.connect(server.address().port, '127.0.0.1', () => {
         say('client', 'unref', client.unref() === client, client.ref() === client);
         setTimeout(() => client.unref(), 300);
       });
       const early = new net.Socket().unref();
       early.on('connect', () => say('early', 'maybe'));
       groups.delete('early');
     });`,
  ],
  [
    'a connection keeps the process alive until it is closed',
    `serve({}, (socket) => socket.on('end', () => say('server', 'end')).resume(), (port) => {
       const client = net.connect(port, '127.0.0.1', () => {
         setTimeout(() => client.end(), 300).unref();
       });
     });`,
  ],
  [
    'isIP and classes of addresses',
    `say('isIP', net.isIP('127.0.0.1'), net.isIP('::1'), net.isIP('x'), net.isIP('1.2.3'), net.isIP(''), net.isIP());
     say('isIPv4', net.isIPv4('127.0.0.1'), net.isIPv4('::1'), net.isIPv6('::1'), net.isIPv6('fe80::1%eth0'), net.isIPv6('1'));
     const list = new net.BlockList();
     list.addAddress('10.0.0.1');
     list.addSubnet('10.1.0.0', 16);
     say('blockList', list.check('10.0.0.1'), list.check('10.1.2.3'), list.check('10.2.0.1'), list.rules.length);
     const address = new net.SocketAddress({ address: '127.0.0.1', port: 80 });
     say('socketAddress', address.address, address.port, address.family, address.flowlabel);`,
  ],
  [
    'sockets and servers are instances of their classes and of streams',
    `const { Duplex, Stream } = require('node:stream');
     const { EventEmitter } = require('node:events');
     const socket = new net.Socket();
     const server = net.createServer();
     say('socket', socket instanceof net.Socket, socket instanceof net.Stream, socket instanceof Duplex, socket instanceof Stream,
       socket instanceof EventEmitter, socket.constructor === net.Socket, net.Socket.name, net.Socket.length);
     say('server', server instanceof net.Server, server instanceof EventEmitter, server.constructor === net.Server, net.Server.name);
     say('same', net.Stream === net.Socket, net.connect.name, net.createServer.length);
     class Own extends net.Socket { constructor() { super(); this.own = true; } own() {} }
     const own = new Own();
     say('own', own instanceof net.Socket, own instanceof Own, own.own, socket instanceof Own);
     class OwnServer extends net.Server { constructor() { super((s) => s.end()); } }
     say('own server', new OwnServer() instanceof net.Server, new OwnServer().listenerCount('connection'));
     function Old() { net.Socket.call(this); }
     require('node:util').inherits(Old, net.Socket);
     say('old', new Old() instanceof net.Socket, new Old().connecting);
     const duplex = new Duplex({ read() {}, write(c, e, d) { d(); } });
     say('duplex', duplex instanceof net.Socket);`,
  ],
  [
    'server and client agree which class their sockets have',
    `serve({}, (socket) => {
       say('server', socket instanceof net.Socket, Object.getPrototypeOf(socket) === net.Socket.prototype);
       net.Socket.prototype.ownMethod = function () { return 'own'; };
       say('server', socket.ownMethod());
       socket.end().resume();
     }, (port) => net.connect(port, '127.0.0.1').resume());`,
  ],
];
