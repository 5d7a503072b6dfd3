/** The contract of `node:http`: requests of clients and their responses. */
import type { NetEntry } from './entry.ts';

export const HTTP_CLIENTS: readonly NetEntry[] = [
  [
    'get takes a URL, options, or both',
    `const server = web({ keep: true }, (request, response) => {
       response.end(request.method + ' ' + request.url + ' ' + (request.headers['x-a'] ?? ''));
     }, async (port) => {
       const base = 'http://127.0.0.1:' + port;
       const forms = [
         (done) => http.get(base + '/text', done),
         (done) => http.get(new URL(base + '/url?a=b#c'), done),
         (done) => http.get({ port, host: '127.0.0.1', path: '/options' }, done),
         (done) => http.get({ port, hostname: '127.0.0.1' }, done),
         (done) => http.get(base + '/both', { headers: { 'X-A': '1' } }, done),
         (done) => http.get(new URL(base + '/over'), { path: '/path' }, done),
         (done) => http.request(base + '/request', { method: 'PATCH' }, done).end(),
         (done) => http.request({ port, host: '127.0.0.1', method: 'post' }).on('response', done).end(),
         (done) => http.request(new URL('http://user:pass@127.0.0.1:' + port + '/auth'), done).end(),
         (done) => new http.ClientRequest({ port, host: '127.0.0.1', path: '/class' }, done).end(),
         (done) => http.get({ port, host: 'localhost', family: 4, path: '/name' }, done),
         (done) => http.get({ port, host: '127.0.0.1', headers: ['X-A', 'flat', 'Host', 'own'], path: '/array' }, done),
         (done) => http.get({ port, host: '127.0.0.1', setHost: false, path: '/hostless', headers: { host: 'set' } }, done),
       ];
       for (const [index, form] of forms.entries())
         await new Promise((done) => form((response) => {
           const { method, path, host, protocol } = response.req;
           say('form ' + (10 + index), 'request', method, path, host, protocol, response.req.getHeaders().authorization);
           body('form ' + (10 + index), response, done);
         }));
       server.close();
     });`,
  ],
  [
    'request refuses arguments',
    `for (const value of ['nonsense', 'ftp://a/', { path: 'a b' }, { method: 'a b' }, { method: 3 }, { protocol: 'x:' }, { host: 3 }, { hostname: {} },
       { headers: { 'a b': 1 } }, { headers: { a: 'b\\n' } }, { insecureHTTPParser: 3 }, { maxHeaderSize: -1 }, { agent: 3 }, { timeout: 'x' }, { port: 70000 }, { auth: 'x', localAddress: 'x' }])
       attempt('request', () => http.request(value).on('error', () => undefined).destroy().destroyed);`,
  ],
  [
    'bytes of a request',
    `let count = 0;
     const forms = [
       (request) => request.end(),
       (request) => request.end('body'),
       (request) => { request.write('a'); request.end('b'); },
       (request) => { request.setHeader('Content-Length', 2); request.write('a'); request.end('b'); },
       (request) => { request.setHeader('Host', 'own'); request.removeHeader('connection'); request.end(); },
       (request) => { request.useChunkedEncodingByDefault = false; request.end('x'); },
       (request) => { request.shouldKeepAlive = false; request.end(); },
       (request) => { request.flushHeaders(); setTimeout(() => request.end('late'), 300); },
       (request) => { request.setHeader('Trailer', 'X-T'); request.write('a'); request.addTrailers({ 'X-T': 't' }); request.end(); },
     ];
     const methods = ['GET', 'POST', 'PUT', 'POST', 'DELETE', 'POST', 'OPTIONS', 'POST', 'PUT'];
     const server = net.createServer((socket) => {
       const at = count;
       count += 1;
       let text = '';
       socket.on('error', () => undefined).on('data', (data) => { text += data; });
       setTimeout(() => { say('server ' + at, 'bytes', text); socket.end('HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n'); }, 600);
     }).listen(0, '127.0.0.1', async () => {
       for (const [index, form] of forms.entries()) await new Promise((done) => {
         const request = http.request({ port: server.address().port, host: '127.0.0.1', method: methods[index], agent: false, path: '/' + index });
         request.on('response', (response) => response.resume().on('end', done));
         form(request);
       });
       server.close();
     });`,
  ],
  [
    'events of a request in order',
    `web({}, (request, response) => { request.resume().on('end', () => response.end('answer')); }, (port) => {
       const request = http.request({ port, host: '127.0.0.1', method: 'POST', agent: false });
       watch('client', request, 'socket', 'finish', 'close', 'error', 'timeout', 'drain');
       watch('events', request, 'socket', 'response', 'close');
       say('client', 'before', request.socket, request.connection, request.writableEnded, request.headersSent, request.writable, request.maxHeadersCount);
       request.on('socket', (socket) => say('client', 'socket', socket instanceof net.Socket, socket.connecting, request.socket === socket));
       request.on('response', (response) => {
         say('events', 'response', response.req === request, request.res === response, response.socket === request.socket);
         body('response', response);
         response.on('close', () => say('response', 'closed', response.complete, response.destroyed, response.readableEnded));
       });
       say('client', 'end', request.end('body', () => say('client', 'ended')) === request);
       request.on('close', () => say('events', 'closed', request.destroyed, request.writableFinished, request.closed, request.reusedSocket, request.errored));
     });`,
  ],
  [
    'a response without a listener is dropped',
    `web({}, (request, response) => response.end('dropped'), (port) => {
       watch('client', http.get({ port, host: '127.0.0.1', agent: false }), 'close', 'error', 'finish');
     });`,
  ],
  [
    'a response as a stream',
    `web({}, (request, response) => { response.setHeader('X-A', 'b'); response.end('\\u00e4nswer'); }, (port) => http.get({ port, host: '127.0.0.1', agent: false }, async (response) => {
       say('client', 'response', response.statusCode, response.statusMessage, response.httpVersion, response.headers, response.rawHeaders.length, response.url, response.method);
       response.setEncoding('utf8');
       let text = '';
       for await (const part of response) text += part;
       say('client', 'text', text, response.complete, response.trailers);
     }));`,
  ],
  [
    'responses to HEAD, 204 and 304 have no body',
    `const server = web({ keep: true }, (request, response) => {
       response.statusCode = Number(request.url.slice(1));
       response.setHeader('X-Length', 5);
       response.end('never');
     }, async (port) => {
       for (const [method, path] of [['HEAD', '/200'], ['GET', '/204'], ['GET', '/304'], ['HEAD', '/404']])
         await new Promise((done) => http.request({ port, host: '127.0.0.1', method, path }, (response) => body(method + path, response, done)).end());
       server.close();
     });`,
  ],
  [
    'a request that expects 100-continue',
    `let count = 0;
     const server = web({ keep: true }, (request, response) => {
       watch('server', request, 'data', 'end').on('end', () => response.end('done'));
     }, async (port) => {
       const send = (who) => new Promise((done) => {
         const request = http.request({ port, host: '127.0.0.1', method: 'POST', headers: { Expect: '100-continue' }, agent: false });
         watch(who, request, 'continue', 'information').on('response', (response) => body(who, response, done));
         request.on('continue', () => request.end('body'));
         request.flushHeaders();
       });
       await send('default');
       server.on('checkContinue', (request, response) => { say('server', 'checkContinue', request.headers.expect); response.writeContinue(() => say('server', 'continued')); server.emit('request', request, response); });
       await send('own');
       server.on('checkExpectation', (request, response) => { say('server', 'checkExpectation', request.headers.expect); response.statusCode = 417; response.end(); });
       http.get({ port, host: '127.0.0.1', headers: { Expect: 'more' }, agent: false }, (response) => body('expectation', response, () => server.close()));
     });`,
  ],
  [
    'informational responses reach the client',
    `web({}, (request, response) => {
       response.writeProcessing();
       response.writeEarlyHints({ link: ['</a>; rel=preload', '</b>; rel=preload'] });
       response.end('x');
     }, (port) => {
       const request = http.get({ port, host: '127.0.0.1', agent: false }, (response) => body('client', response));
       request.on('information', (info) => say('client', 'information', info.statusCode, info.statusMessage, info.headers, info.httpVersion));
     });`,
  ],
  [
    'trailers and joined headers of a response',
    `web({}, (request, response) => {
       response.writeHead(200, { 'Set-Cookie': ['a', 'b'], 'X-Many': ['1', '2'], Trailer: 'X-T' });
       response.write('x');
       response.addTrailers([['X-T', 't']]);
       response.end();
     }, (port) => http.get({ port, host: '127.0.0.1', agent: false }, (response) => {
       say('client', 'distinct', response.headersDistinct);
       body('client', response);
       response.on('end', () => say('client', 'trailers', response.trailers, response.rawTrailers, response.trailersDistinct));
     }));`,
  ],
  [
    'a timeout of a request',
    `web({}, (request, response) => setTimeout(() => response.end('late'), 1200), (port) => {
       const request = http.get({ port, host: '127.0.0.1', timeout: 500, agent: false }, (response) => body('client', response));
       say('client', 'timeout', request.timeout);
       request.on('timeout', () => say('client', 'timeout', request.destroyed));
     });`,
  ],
  [
    'setTimeout of a request, which is then destroyed',
    `web({}, () => {}, (port) => {
       const request = http.get({ port, host: '127.0.0.1', agent: false });
       say('client', 'result', request.setTimeout(500, () => { say('client', 'timeout'); request.destroy(); }) === request);
       watch('client', request, 'error', 'close');
     });`,
  ],
  [
    'setNoDelay, setSocketKeepAlive and clearTimeout of a request',
    `web({}, (request, response) => response.end('x'), (port) => {
       const request = http.get({ port, host: '127.0.0.1', agent: false }, (response) => body('client', response));
       say('client', 'results', request.setNoDelay(true), request.setSocketKeepAlive(true, 100));
       request.setTimeout(500, () => say('client', 'never'));
       request.clearTimeout();
     });`,
  ],
  [
    'errors of a connection are errors of the request',
    `const server = net.createServer().listen(0, '127.0.0.1', () => {
       const { port } = server.address();
       server.close(() => {
         watch('refused', http.get({ port, host: '127.0.0.1' }), 'error', 'close', 'response');
         watch('unknown', http.get('http://nowhere.invalid/'), 'error', 'close', 'response');
       });
     });`,
  ],
  [
    'a malformed response is an error of the request',
    `const answers = ['nonsense\\r\\n\\r\\n', 'HTTP/1.1 200 OK\\r\\nContent-Length: x\\r\\n\\r\\n', 'HTTP/1.1 200 OK\\r\\nX: ' + 'x'.repeat(20000) + '\\r\\n\\r\\n',
       'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nzz\\r\\n', 'HTTP/1.1 200 OK\\r\\nContent-Length: 10\\r\\n\\r\\nhalf', 'HTTP/1.1 200 OK\\r\\n\\r\\nuntil the end', ''];
     let at = 0;
     const server = net.createServer((socket) => socket.on('error', () => undefined).once('data', () => socket.end(answers[at]))).listen(0, '127.0.0.1', async () => {
       for (; at < answers.length; at += 1) await new Promise((done) => {
         const who = 'answer ' + at;
         const request = http.get({ port: server.address().port, host: '127.0.0.1', agent: false }, (response) => body(who, response));
         request.on('error', (error) => say(who, error.code, error.message)).on('close', () => { say(who, 'closed'); setTimeout(done, 10); });
       });
       server.close();
     });`,
  ],
  [
    'a signal aborts a request',
    `const server = web({ keep: true }, () => {}, (port) => {
       const controller = new AbortController();
       const request = http.get({ port, host: '127.0.0.1', signal: controller.signal, agent: false });
       watch('client', request, 'abort', 'error', 'close');
       setTimeout(() => controller.abort(), 300);
       watch('aborted', http.get({ port, host: '127.0.0.1', signal: AbortSignal.abort(), agent: false }), 'error', 'close').on('close', () =>
         setTimeout(() => server.close(), 600));
     });`,
  ],
  [
    'options reach the socket: lookup, createConnection, localAddress',
    `const server = web({ keep: true }, (request, response) => response.end(request.headers.host.replace(/\\d+$/, '')), async (port) => {
       const lookup = (name, options, callback) => { say('lookup', name); callback(null, options.all ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1', 4); };
       await new Promise((done) => http.get({ port, host: 'somewhere', lookup, agent: false }, (response) => body('lookup', response, done)));
       const createConnection = (options) => { say('create', options.port === port, options.path); return net.connect(port, '127.0.0.1'); };
       await new Promise((done) => http.get({ port, host: 'else', createConnection }, (response) => body('create', response, done)));
       await new Promise((done) => http.get({ port, host: '127.0.0.1', createConnection: (options, callback) => {
         setTimeout(() => callback(null, net.connect(port, '127.0.0.1')), 5); } }, (response) => body('later', response, done)));
       http.get({ port, host: 'else', createConnection: (options, callback) => callback(new Error('own')) }).on('error', (error) => { say('failing', error); server.close(); });
     });`,
  ],
];
