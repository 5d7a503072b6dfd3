/** The contract of `node:net`: how a connection ends, and the order of events at each end. */
import type { NetEntry } from './entry.ts';

export const NET_ENDS: readonly NetEntry[] = [
  [
    'the client ends first, and the server answers the end',
    `serve({}, (socket) => watch('server', socket, ...SOCKET), (port) => {
       const client = watch('client', net.connect(port, '127.0.0.1'), ...SOCKET);
       client.on('connect', () => {
         say('client', 'end', client.end('bye', () => say('client', 'ended')) === client);
         say('client', 'state', client.readyState, client.writable, client.writableEnded, client.writableFinished);
       });
       client.on('close', () => say('client', 'closed', client.readyState, client.destroyed, client.closed,
         client.readable, client.readableEnded, client.writable, client.writableFinished, client.errored,
         client.readableAborted, client.readableDidRead, client.writableAborted));
     });`,
  ],
  [
    'the server ends first',
    `serve({}, (socket) => watch('server', socket, 'data', 'end', 'finish', 'error', 'close').end('bye'), (port) => {
       const client = watch('client', net.connect(port, '127.0.0.1'), ...SOCKET);
       client.on('end', () => say('client', 'state', client.readyState, client.writable, client.allowHalfOpen));
     });`,
  ],
  [
    'a client that may be half open writes after the end of the server',
    `serve({}, (socket) => {
       watch('server', socket, 'data', 'end', 'error', 'close').end('bye');
     }, (port) => {
       const client = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
       watch('client', client, ...SOCKET).on('end', () => {
         say('client', 'state', client.readyState, client.writable, client.readable);
         setTimeout(() => client.write('more', () => client.end('last')), 300);
       });
     });`,
  ],
  [
    'a server that may be half open answers after the end of the client',
    `serve({ allowHalfOpen: true }, (socket) => {
       watch('server', socket, ...SOCKET).on('end', () => {
         say('server', 'state', socket.readyState, socket.allowHalfOpen);
         socket.write('answer');
         setTimeout(() => socket.end(' and end'), 300);
       });
     }, (port) => {
       const client = watch('client', net.connect(port, '127.0.0.1'), ...SOCKET);
       client.end('question');
     });`,
  ],
  [
    'an end that nothing reads keeps the socket open',
    `serve({}, (socket) => {
       watch('server', socket, 'end', 'finish', 'close');
       setTimeout(() => {
         say('server', 'unread', socket.readableLength, socket.readyState);
         socket.on('data', (data) => heard('server', data));
       }, 300);
     }, (port) => watch('client', net.connect(port, '127.0.0.1'), 'end', 'finish', 'close').end('unread'));`,
  ],
  [
    'a write after the end fails',
    `serve({}, (socket) => socket.resume(), (port) => {
       const client = watch('client', net.connect(port, '127.0.0.1'), 'finish', 'end', 'error', 'close');
       client.on('connect', () => {
         client.end();
         say('client', 'write', client.write('late', (error) => say('client', 'written', error)));
         client.end('later', (error) => say('client', 'ended', error));
         say('client', 'state', client.destroyed, client.errored);
       });
     });`,
  ],
  [
    'a write after the socket was destroyed fails',
    `serve({}, (socket) => socket.resume().on('error', () => undefined), (port) => {
       const client = watch('client', net.connect(port, '127.0.0.1'), 'end', 'error', 'close');
       client.on('connect', () => {
         client.destroy();
         say('client', 'write', client.write('late', (error) => say('client', 'written', error)));
         client.on('close', () => client.write('again', (error) => say('client', 'written again', error)));
       });
     });`,
  ],
  [
    'a write fails after the peer closed its socket',
    `serve({ allowHalfOpen: true }, (socket) => {
       watch('server', socket, 'error', 'close');
       socket.on('end', () => setTimeout(() => socket.write('one'), 300)).resume();
       setTimeout(() => socket.write('two', (error) => say('server', 'written', error)), 700);
     }, (port) => {
       const client = net.connect(port, '127.0.0.1', () => client.destroy());
     });`,
  ],
  [
    'destroy without an error',
    `serve({}, (socket) => {
       watch('server', socket, ...SOCKET);
     }, (port) => {
       const client = watch('client', net.connect(port, '127.0.0.1'), ...SOCKET);
       client.on('connect', () => {
         say('client', 'destroy', client.destroy() === client, client.destroyed, client.closed, client.readyState);
         say('client', 'again', client.destroy(new Error('late')) === client, client.errored);
       });
     });`,
  ],
  [
    'destroy with an error',
    `serve({}, (socket) => {
       watch('server', socket, 'end', 'error', 'close');
       socket.resume().destroy(new Error('own'));
       say('server', 'state', socket.destroyed, socket.errored);
     }, (port) => watch('client', net.connect(port, '127.0.0.1'), 'end', 'error', 'close').resume());`,
  ],
  [
    'destroy before the connection exists',
    `const server = serve({ keep: true }, (socket) => socket.resume(), (port) => {
       const client = watch('client', net.connect(port, '127.0.0.1'), ...SOCKET);
       client.write('never', (error) => say('client', 'written', error));
       client.destroy();
       say('client', 'state', client.destroyed, client.connecting, client.pending, client.readyState);
       setTimeout(() => server.close(), 300);
     });`,
  ],
  [
    'data that is not read at the close resets the connection',
    `serve({}, (socket) => {
       watch('server', socket, 'end', 'error', 'close').resume();
       socket.write('unread');
     }, (port) => {
       const client = net.connect(port, '127.0.0.1').pause();
       setTimeout(() => client.destroy(), 300);
     });`,
  ],
  [
    'resetAndDestroy resets the connection',
    `serve({}, (socket) => {
       watch('server', socket, 'data', 'end', 'error', 'close');
       socket.on('error', ({ errno, syscall }) => say('server', 'error', errno, syscall));
     }, (port) => {
       const client = watch('client', net.connect(port, '127.0.0.1'), ...SOCKET);
       client.on('connect', () => say('client', 'reset', client.resetAndDestroy() === client, client.destroyed));
     });`,
  ],
  [
    'resetAndDestroy before the connection, and on a socket without one',
    `const server = serve({ keep: true }, (socket) => watch('server', socket.resume(), 'end', 'error', 'close'), (port) => {
       const client = watch('client', net.connect(port, '127.0.0.1'), ...SOCKET);
       client.resetAndDestroy();
       say('client', 'state', client.destroyed, client.connecting);
       client.on('close', () => setTimeout(() => server.close(), 300));
     });
     const unused = watch('unused', new net.Socket(), 'error', 'close');
     attempt('unused', () => unused.resetAndDestroy() === unused);`,
  ],
  [
    'a reset drops what was not yet read',
    `serve({}, (socket) => {
       watch('server', socket.pause(), 'data', 'end', 'error', 'close').pause();
       setTimeout(() => socket.resume(), 300);
     }, (port) => {
       const client = net.connect(port, '127.0.0.1', () => client.write('lost', () => setTimeout(() => client.resetAndDestroy(), 300)));
     });`,
  ],
  [
    'a reset ends writes that wait',
    `serve({}, (socket) => {
       setTimeout(() => socket.resetAndDestroy(), 300);
     }, (port) => {
       const client = watch('client', net.connect(port, '127.0.0.1').resume(), 'end', 'error', 'close');
       const block = Buffer.alloc(32 << 20);
       client.on('connect', () => say('client', 'write', client.write(block, (error) => {
         say('written', 'failed', error);
       })));
     });`,
  ],
  [
    'destroySoon writes everything first',
    `serve({}, (socket) => watch('server', socket, 'data', 'end', 'error', 'close'), (port) => {
       const client = watch('client', net.connect(port, '127.0.0.1'), 'finish', 'end', 'close');
       client.on('connect', () => {
         client.write('all of it');
         client.destroySoon();
         say('client', 'state', client.destroyed, client.writableEnded);
         client.on('close', () => say('client', 'destroyed', client.destroyed));
       });
     });`,
  ],
  [
    'end before the connection sends everything when it is there',
    `serve({}, (socket) => watch('server', socket, ...SOCKET), (port) => {
       const client = watch('client', net.connect(port, '127.0.0.1'), 'connect', 'finish', 'end', 'close');
       say('client', 'write', client.write('early', () => say('client', 'written')), client.pending, client.bytesWritten);
       client.end();
       client.resume();
     });`,
  ],
  [
    'both ends at once',
    `serve({}, (socket) => watch('server', socket, 'data', 'end', 'error', 'close').end('from server'), (port) => {
       watch('client', net.connect(port, '127.0.0.1'), 'data', 'end', 'error', 'close').end('from client');
     });`,
  ],
  [
    'errors that a listener throws are uncaught exceptions',
    `process.on('uncaughtException', (error, origin) => { say('process', 'uncaught', error, origin); });
     serve({}, (socket) => { socket.end('x'); socket.resume(); throw new Error('in connection'); }, (port) => {
       const client = net.connect(port, '127.0.0.1');
       client.on('data', () => { throw new Error('in data'); });
       client.on('close', () => { throw new Error('in close'); });
     });`,
  ],
  [
    'an error without a listener is an uncaught exception',
    `process.on('uncaughtException', (error) => say('process', 'uncaught', error));
     serve({}, (socket) => setTimeout(() => socket.resetAndDestroy(), 300), (port) => {
       net.connect(port, '127.0.0.1').resume().on('close', (hadError) => say('client', 'close', hadError));
     });`,
  ],
];
