/** The contract of `node:http`: servers and their responses. */
import type { NetEntry } from './entry.ts';

/** Sends a request as text and adds the answer as bytes. */
const TO_RAW = (act: string, request = 'GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n'): string => `
  web({}, (request, response) => { ${act} }, (port) => raw('client', port, '${request}'));`;

export const HTTP_SERVERS: readonly NetEntry[] = [
  ['a response without headers', TO_RAW(`response.end('hello');`)],
  ['a response in chunks', TO_RAW(`response.write('one'); response.write(Buffer.from('two')); response.end('three');`)],
  [
    'a response with a length',
    TO_RAW(`response.setHeader('Content-Length', 5); response.write('he'); response.end('llo');`),
  ],
  ['an empty response', TO_RAW(`response.end();`)],
  [
    'writeHead in its forms',
    `const forms = [
       (response) => response.writeHead(201),
       (response) => response.writeHead(404, 'No such thing'),
       (response) => response.writeHead(200, { 'X-One': '1', 'x-two': ['a', 'b'] }),
       (response) => response.writeHead(200, 'Fine', { 'X-One': 1 }),
       (response) => response.writeHead(200, ['X-One', '1', 'X-One', '2']),
       (response) => { response.setHeader('x-set', 's'); response.setHeader('X-One', '0'); return response.writeHead(200, { 'x-one': '1' }); },
       (response) => { response.setHeader('x-set', 's'); return response.writeHead(200, ['X-Flat', '1']); },
       (response) => response.writeHead(299),
       (response) => response.writeHead(200, { date: 'own', Connection: 'close' }),
       (response) => response.writeHead(200, ['Date', 'own flat']),
       (response) => response.writeHead(200, { 'Transfer-Encoding': 'chunked' }),
     ];
     const server = web({ keep: true }, (request, response) => {
       const index = Number(request.url.slice(1));
       const result = forms[index](response);
       say('form ' + (10 + index), 'result', result === response, response.headersSent, response.statusCode, response.statusMessage);
       response.end('x');
     }, async (port) => {
       for (let index = 0; index < forms.length; index += 1)
         await new Promise((done) => raw('form ' + (10 + index), port,
           'GET /' + index + ' HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n').on('close', done));
       server.close();
     });`,
  ],
  [
    'writeHead refuses',
    TO_RAW(`
      for (const code of [99, 1000, 'x', null, NaN]) attempt('server', () => response.writeHead(code));
      attempt('server', () => response.writeHead(200, 'a\\n'));
      response.statusMessage = undefined;
      attempt('server', () => response.writeHead(200, { 'a b': 1 }));
      attempt('server', () => response.writeHead(200, { a: 'b\\n' }));
      attempt('server', () => response.writeHead(200, { a: undefined }));
      attempt('server', () => response.writeHead(200, ['a']));
      response.writeHead(200);
      attempt('server', () => response.writeHead(200));
      attempt('server', () => response.setHeader('a', 'b'));
      attempt('server', () => response.removeHeader('a'));
      attempt('server', () => response.appendHeader('a', 'b'));
      response.end();
      attempt('server', () => response.writeHead(200));
      attempt('server', () => response.flushHeaders());`),
  ],
  [
    'headers are set, read, appended and removed',
    TO_RAW(`
      say('server', 'set', response.setHeader('X-One', '1') === response, response.getHeader('x-one'), response.hasHeader('X-ONE'));
      response.setHeader('X-Many', ['a', 'b']);
      response.appendHeader('X-Many', 'c').appendHeader('X-New', 'n').appendHeader('x-new', ['m']);
      response.setHeader('X-Gone', 'g');
      response.removeHeader('x-gone');
      response.setHeaders(new Map([['X-Map', 'm'], ['x-number', 3]]));
      response.setHeaders(new Headers({ 'X-Web': 'w' }));
      say('server', 'names', response.getHeaderNames(), response.getRawHeaderNames(), response.getHeaders());
      attempt('server', () => response.setHeader('a b', 'c'));
      attempt('server', () => response.setHeader('a', undefined));
      attempt('server', () => response.setHeader('a', 'c\\u0101'));
      attempt('server', () => response.setHeaders({ a: 1 }));
      attempt('server', () => response.getHeader(3));
      attempt('server', () => response.addTrailers({ 'a b': 1 }));
      say('server', 'sent', response.headersSent);
      response.flushHeaders();
      say('server', 'sent', response.headersSent);
      setTimeout(() => response.end('late'), 20);`),
  ],
  [
    'setHeader and Date in their places',
    TO_RAW(`
      response.setHeader('A', '1');
      response.setHeader('Set-Cookie', ['a=1', 'b=2']);
      response.statusCode = 202;
      response.statusMessage = 'Taken';
      response.writeHead(203, { B: '2' });
      response.end('x');`),
  ],
  ['sendDate is false', TO_RAW(`response.sendDate = false; response.setHeader('A', '1'); response.end('x');`)],
  [
    'an own Date header is kept once',
    TO_RAW(`response.setHeader('date', 'own'); say('server', 'sendDate', response.sendDate); response.end('x');`),
  ],
  [
    'a HEAD request',
    TO_RAW(
      `response.setHeader('Content-Length', 5); response.end('hello');`,
      'HEAD / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n',
    ),
  ],
  ['status 204 has no body', TO_RAW(`response.statusCode = 204; response.end('never');`)],
  [
    'status 304 has no body',
    TO_RAW(`response.writeHead(304, { ETag: 'x' }); response.write('never'); response.end();`),
  ],
  [
    'a request of HTTP 1.0',
    TO_RAW(
      `say('server', 'version', request.httpVersion, request.httpVersionMajor, request.httpVersionMinor); response.write('x'); response.end('y');`,
      'GET / HTTP/1.0\\r\\n\\r\\n',
    ),
  ],
  [
    'HTTP 1.0 with keep-alive',
    TO_RAW(
      `response.setHeader('content-length', 1); response.end('x'); request.socket.setTimeout(100, () => request.socket.end());`,
      'GET / HTTP/1.0\\r\\nConnection: keep-alive\\r\\n\\r\\n',
    ),
  ],
  [
    'trailers of a response, and of a request',
    TO_RAW(
      `request.on('end', () => {
         say('server', 'trailers', request.trailers, request.rawTrailers, request.trailersDistinct);
         response.writeHead(200, { Trailer: 'X-Sum' });
         response.write('body');
         response.addTrailers({ 'X-Sum': '5' });
         response.end();
       }).resume();`,
      'POST / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\nTransfer-Encoding: chunked\\r\\nTrailer: X-T\\r\\n\\r\\n3\\r\\nabc\\r\\n0\\r\\nX-T: 1\\r\\nX-T: 2\\r\\n\\r\\n',
    ),
  ],
  [
    'what a request shows',
    TO_RAW(
      `say('server', 'request', request.method, request.url, request.httpVersion, request.headers, request.rawHeaders,
         request.headersDistinct, request.statusCode, request.statusMessage, request.complete, request.aborted);
       say('server', 'sockets', request.socket === request.connection, response.socket === request.socket, response.req === request,
         response.connection === response.socket, request.socket instanceof net.Socket);
       watch('server', request, 'data', 'end', 'close').on('end', () => { say('server', 'complete', request.complete, request.readableEnded); response.end(); });`,
      'PUT /a?b=c HTTP/1.1\\r\\nHost: a\\r\\nX-A: 1\\r\\nx-a: 2\\r\\nCookie: a=1\\r\\nCookie: b=2\\r\\nAge: 1\\r\\nAge: 2\\r\\nSet-Cookie: x\\r\\nConnection: close\\r\\nContent-Length: 4\\r\\n\\r\\nbody',
    ),
  ],
  [
    'duplicate headers are joined if the server wants them to be',
    `web({ joinDuplicateHeaders: true }, (request, response) => {
       say('server', 'headers', request.headers, request.joinDuplicateHeaders);
       response.end();
     }, (port) => raw('client', port, 'GET / HTTP/1.1\\r\\nHost: a\\r\\nAge: 1\\r\\nAge: 2\\r\\nConnection: close\\r\\n\\r\\n'));`,
  ],
  [
    'maxHeadersCount drops the rest',
    `web({ keep: true }, (request, response) => {
       say('server', 'headers', request.rawHeaders);
       response.end();
     }, (port, server) => {
       say('server', 'before', server.maxHeadersCount);
       server.maxHeadersCount = 2;
       raw('client', port, 'GET / HTTP/1.1\\r\\nConnection: close\\r\\nHost: a\\r\\nA: 1\\r\\nB: 2\\r\\n\\r\\n').on('close', () => server.close());
     });`,
  ],
  [
    'a response is finished and closed in order',
    TO_RAW(`
      watch('server', response, 'finish', 'prefinish', 'close', 'error', 'socket');
      say('server', 'before', response.writableEnded, response.writableFinished, response.finished, response.writable, response.destroyed);
      say('server', 'end', response.end('x', () => say('server', 'ended')) === response);
      say('server', 'after', response.writableEnded, response.finished, response.headersSent, response.closed);
      response.on('close', () => say('server', 'closed', response.writableFinished, response.closed, response.destroyed, response.socket, request.destroyed, response.errored));
      request.on('close', () => say('request', 'close', request.complete)).resume();`),
  ],
  [
    'a write after the end fails',
    TO_RAW(`
      watch('server', response, 'error', 'finish', 'close');
      response.end('x');
      say('server', 'write', response.write('late', (error) => say('written', error)));
      response.end('later', (error) => say('ended', error));`),
  ],
  [
    'write refuses values',
    TO_RAW(`
      for (const value of [1, null, undefined, {}]) attempt('server', () => response.write(value));
      attempt('server', () => response.end(1));
      response.end('x');`),
  ],
  [
    'a body that is longer or shorter than its length, with strictContentLength',
    TO_RAW(`
      response.strictContentLength = true;
      response.setHeader('Content-Length', 2);
      attempt('server', () => response.end('a'));
      attempt('server', () => response.end('abc'));
      attempt('server', () => response.end('ab'));
      request.socket.end();`),
  ],
  [
    'writes of a response return false while the client does not read, and drain',
    `web({}, (request, response) => {
       say('server', 'write', response.write(Buffer.alloc(16 << 20)), response.writableNeedDrain, response.writableLength > 0,
         response.writableHighWaterMark === response.socket.writableHighWaterMark);
       response.on('drain', () => { say('server', 'drain', response.writableNeedDrain); response.end('x'); });
     }, (port) => http.get({ port, host: '127.0.0.1', agent: false }, (response) => {
       let length = 0;
       setTimeout(() => response.on('data', (data) => { length += data.length; }), 300);
       response.on('end', () => say('client', 'end', length));
     }));`,
  ],
  [
    'cork and uncork of a response',
    TO_RAW(`
      response.cork();
      response.write('a');
      response.write('b');
      say('server', 'corked', response.writableCorked);
      response.uncork();
      say('server', 'uncorked', response.writableCorked);
      response.end('c');`),
  ],
  [
    'pipelined requests are answered in order',
    `let count = 0;
     const server = web({ keep: true }, (request, response) => {
       count += 1;
       say('server', 'request', request.url);
       const delay = { '/1': 60, '/2': 20, '/3': 1 }[request.url];
       setTimeout(() => response.end(request.url), delay);
       if (count === 3) server.close();
     }, (port) => raw('client', port, ['1', '2', '3'].map((name) => 'GET /' + name + ' HTTP/1.1\\r\\nHost: a\\r\\n' +
       (name === '3' ? 'Connection: close\\r\\n' : '') + '\\r\\n').join('')));`,
  ],
  [
    'informational responses',
    TO_RAW(`
      response.writeProcessing();
      response.writeEarlyHints({ link: '</style.css>; rel=preload', 'x-trace': 't' }, () => say('server', 'hinted'));
      response.writeContinue();
      response.end('x');`),
  ],
  [
    'options of the server',
    `for (const options of [{ insecureHTTPParser: 3 }, { maxHeaderSize: -1 }, { requestTimeout: -1 }, { headersTimeout: 'x' },
       { keepAliveTimeout: -1 }, { requestTimeout: 10, headersTimeout: 20 }, 3, { connectionsCheckingInterval: -1 }, { noDelay: false }, { highWaterMark: 'x' }])
       attempt('options', () => http.createServer(options).timeout);
     const server = http.createServer({ requestTimeout: 3000, headersTimeout: 2000, keepAliveTimeout: 1000, maxRequestsPerSocket: 4 });
     say('server', 'values', server.requestTimeout, server.headersTimeout, server.keepAliveTimeout, server.timeout, server.maxHeadersCount,
       server.maxRequestsPerSocket, server.listening, server.joinDuplicateHeaders, server.rejectNonStandardBodyWrites, server.httpAllowHalfOpen);
     const plain = http.Server();
     say('plain', 'values', plain.requestTimeout, plain.headersTimeout, plain.keepAliveTimeout, plain.timeout, plain.maxRequestsPerSocket,
       plain.keepAliveTimeoutBuffer, plain.insecureHTTPParser, plain.noDelay, plain.allowHalfOpen);
     say('plain', 'classes', plain instanceof http.Server, plain instanceof net.Server, http.Server.name, plain.constructor === http.Server);
     say('module', http.METHODS.length > 30, http.STATUS_CODES[404], http.maxHeaderSize, Object.keys(http.STATUS_CODES).length > 60);
     attempt('module', () => http.validateHeaderName('a b'));
     attempt('module', () => http.validateHeaderValue('a', undefined));`,
  ],
  [
    'a handler that throws is an uncaught exception, and the server goes on',
    `process.on('uncaughtException', (error) => say('process', 'uncaught', error));
     const server = web({ keep: true }, (request, response) => {
       if (request.url === '/throws') { response.socket.end(); throw new Error('in handler'); }
       response.end('fine');
       server.close();
     }, (port) => {
       raw('first', port, 'GET /throws HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n').on('close', () =>
         raw('second', port, 'GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n'));
     });`,
  ],
];
