/** The contract of `node:http`: upgrades, CONNECT, and classes that frameworks derive. */
import type { NetEntry } from './entry.ts';

export const HTTP_SOCKETS: readonly NetEntry[] = [
  [
    'an upgrade is accepted, and both ends talk',
    `const server = web({ keep: true }, () => say('server', 'never'), (port) => {
       server.on('upgrade', (request, socket, head) => {
         server.close();
         say('server', 'upgrade', request.headers.upgrade, request.method, socket instanceof net.Socket, socket === request.socket, head.length, socket.isPaused(), socket.listenerCount('data'));
         socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: own\\r\\nConnection: Upgrade\\r\\n\\r\\n');
         watch('server', socket, 'data', 'end', 'close').on('data', (data) => socket.write('echo ' + data));
         socket.on('end', () => socket.end());
       });
       const request = http.get({ port, host: '127.0.0.1', headers: { Connection: 'Upgrade', Upgrade: 'own' } });
       watch('request', request, 'response', 'close', 'error');
       request.on('upgrade', (response, socket, head) => {
         say('client', 'upgrade', response.statusCode, response.headers, socket instanceof net.Socket, head instanceof Uint8Array);
         watch('client', socket, 'data', 'end', 'close').once('data', () => socket.end());
         socket.write('hello');
       });
     });`,
  ],
  [
    'an upgrade with a head',
    `const server = web({ keep: true }, () => say('server', 'never'), (port) => {
       server.on('upgrade', (request, socket, head) => {
         server.close();
         let text = String(head);
         socket.on('data', (data) => { text += data; }).on('end', () => { say('server', 'read', text); socket.end('bye'); });
       });
       const client = net.connect(port, '127.0.0.1', () => client.end('GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: Upgrade\\r\\nUpgrade: own\\r\\n\\r\\nfirst second'));
       watch('client', client, 'data', 'end', 'close');
     });`,
  ],
  [
    'an upgrade is refused with a status',
    `const server = web({ keep: true }, () => say('server', 'never'), (port) => {
       server.on('upgrade', (request, socket) => { server.close(); socket.end('HTTP/1.1 401 Unauthorized\\r\\nConnection: close\\r\\nContent-Length: 2\\r\\n\\r\\nno'); });
       const request = http.get({ port, host: '127.0.0.1', headers: { Connection: 'Upgrade', Upgrade: 'own' }, agent: false });
       watch('request', request, 'upgrade', 'close', 'error').on('response', (response) => body('client', response));
     });`,
  ],
  [
    'an upgrade is destroyed',
    `const server = web({ keep: true }, () => say('server', 'never'), (port) => {
       server.on('upgrade', (request, socket) => { server.close(); socket.destroy(); });
       watch('request', http.get({ port, host: '127.0.0.1', headers: { Connection: 'Upgrade', Upgrade: 'own' } }), 'upgrade', 'response', 'close', 'error');
     });`,
  ],
  [
    'without a listener of upgrade the request is an ordinary one',
    `web({}, (request, response) => response.end('plain ' + request.headers.upgrade), (port) => {
       const request = http.get({ port, host: '127.0.0.1', headers: { Connection: 'Upgrade', Upgrade: 'own' }, agent: false });
       watch('request', request, 'upgrade', 'error').on('response', (response) => body('client', response));
     });`,
  ],
  [
    'a response of 101 without a listener at the client',
    `const server = web({ keep: true }, () => undefined, (port) => {
       server.on('upgrade', (request, socket) => { server.close(); watch('server', socket, 'close').resume(); socket.on('error', () => undefined).write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: own\\r\\nConnection: Upgrade\\r\\n\\r\\n'); });
       watch('request', http.get({ port, host: '127.0.0.1', headers: { Connection: 'Upgrade', Upgrade: 'own' } }), 'response', 'close', 'error');
     });`,
  ],
  [
    'CONNECT makes a tunnel, and is refused without a listener',
    `const server = web({ keep: true }, () => say('server', 'never'), (port) => {
       const options = { port, host: '127.0.0.1', method: 'CONNECT', path: 'a.test:80', agent: false };
       watch('refused', http.request(options).end(), 'connect', 'response', 'error', 'close').on('close', () => {
         server.on('connect', (request, socket, head) => {
           server.close();
           say('server', 'connect', request.url, head.length);
           socket.write('HTTP/1.1 200 Connection Established\\r\\n\\r\\n');
           socket.pipe(socket);
         });
         http.request(options).end().on('connect', (response, socket, head) => {
           say('client', 'connect', response.statusCode, head.length);
           watch('client', socket, 'data', 'end').end('through');
         });
       });
     });`,
  ],
  [
    'classes of requests and responses are given to the server',
    `class Request extends http.IncomingMessage { get own() { return 'own ' + this.url; } }
     class Response extends http.ServerResponse { send(text) { this.setHeader('X-Own', '1'); this.end(text); } }
     web({ IncomingMessage: Request, ServerResponse: Response }, (request, response) => {
       say('server', request instanceof Request, response instanceof Response, request instanceof http.IncomingMessage, response instanceof http.OutgoingMessage);
       response.send(request.own);
     }, (port) => raw('client', port, 'GET /x HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n'));`,
  ],
  [
    'prototypes can be extended, and instances replaced as frameworks do',
    `const proto = Object.create(http.ServerResponse.prototype);
     proto.send = function (text) { this.end('sent ' + text); };
     http.IncomingMessage.prototype.ip = function () { return this.socket.remoteAddress; };
     web({}, (request, response) => {
       Object.setPrototypeOf(response, proto);
       say('server', response instanceof http.ServerResponse, request instanceof http.IncomingMessage, request.ip());
       response.send('x');
     }, (port) => raw('client', port, 'GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n'));`,
  ],
  [
    'a response without a server, with an assigned socket',
    `const { Writable } = require('node:stream');
     const request = new http.IncomingMessage(new net.Socket());
     request.method = 'GET';
     request.httpVersionMajor = 1;
     request.httpVersionMinor = 1;
     const response = new http.ServerResponse(request);
     let text = '';
     const socket = new Writable({ write(chunk, encoding, done) { text += chunk; done(); } });
     response.assignSocket(socket);
     say('response', 'assigned', response.socket === socket, response.shouldKeepAlive, response.useChunkedEncodingByDefault);
     response.on('finish', () => {
       response.detachSocket(socket);
       say('response', 'finish', text, response.socket, response.statusCode);
     });
     attempt('response', () => response.assignSocket(socket));
     response.setHeader('X-A', 1);
     response.end('body');`,
  ],
  [
    'messages made by hand',
    `const message = new http.OutgoingMessage();
     message.setHeader('A', 'b');
     say('outgoing', message.getHeaders(), message.headersSent, message.writable, message.writableObjectMode, message.writableLength, message.chunkedEncoding, message.finished, message.socket);
     attempt('outgoing', () => message.pipe());
     message.on('error', (error) => say('outgoing', error));
     attempt('outgoing', () => message.pipe(message));
     const incoming = new http.IncomingMessage(null);
     say('incoming', incoming.headers, incoming.url, incoming.method, incoming.statusCode, incoming.readable, incoming.complete, incoming.socket);
     incoming.push('x');
     incoming.push(null);
     watch('incoming', incoming, 'data', 'end');
     const response = new http.ServerResponse({ method: 'HEAD', headers: {}, httpVersionMajor: 1, httpVersionMinor: 0 });
     say('response', response.shouldKeepAlive, response.useChunkedEncodingByDefault, response.sendDate, response.statusCode, response.statusMessage, response.maxRequestsOnConnectionReached);
     say('names', http.ServerResponse.name, http.IncomingMessage.name, http.OutgoingMessage.name, http.ClientRequest.name, http.Agent.name, http.Server.length);`,
  ],
  [
    'a server emits connection, and takes sockets by it',
    `const server = http.createServer((request, response) => response.end('by emit'));
     serve({}, (socket) => server.emit('connection', socket), (port) => raw('client', port, 'GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n'));`,
  ],
  [
    'a server captures rejections of its handlers',
    `require('node:events').captureRejections = true;
     const server = web({ keep: true }, () => undefined, (port) => {
       server.removeAllListeners('request');
       server.on('request', async () => { server.close(); throw new Error('rejected'); });
       raw('client', port, 'GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n');
     });
     process.on('unhandledRejection', (error) => { say('process', 'unhandled', error); server.closeAllConnections(); });`,
  ],
  [
    'events and methods of server sockets',
    `const server = web({ keep: true }, (request, response) => {
       server.getConnections((error, count) => say('server', 'connections', error, count));
       say('server', 'socket', request.socket.server === server, request.socket.allowHalfOpen, request.socket.encrypted);
       response.end('x');
       server.close();
     }, (port) => raw('client', port, 'GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n'));
     watch('server', server, 'listening', 'connection', 'request', 'close');`,
  ],
];
