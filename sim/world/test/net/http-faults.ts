/** The contract of `node:http`: requests that end early, are malformed or take too long. */
import type { NetEntry } from './entry.ts';

export const HTTP_FAULTS: readonly NetEntry[] = [
  [
    'the client aborts a request',
    `web({}, (request, response) => {
       watch('request', request.resume(), 'aborted', 'end', 'error', 'close');
       watch('response', response, 'finish', 'error', 'close');
       request.on('close', () => say('request', 'closed', request.aborted, request.complete, request.destroyed, request.errored));
       response.on('close', () => say('response', 'closed', response.writableFinished, response.destroyed));
     }, (port) => {
       const request = http.request({ port, host: '127.0.0.1', method: 'POST', agent: false });
       watch('client', request, 'response', 'abort', 'error', 'close', 'socket');
       request.write('part');
       setTimeout(() => { request.destroy(); say('client', 'destroyed', request.destroyed, request.aborted, request.reusedSocket); }, 300);
     });`,
  ],
  [
    'abort of a request',
    `web({}, (request, response) => { request.resume(); }, (port) => {
       const request = watch('client', http.get({ port, host: '127.0.0.1', agent: false }), 'abort', 'error', 'close', 'response');
       setTimeout(() => { request.abort(); say('client', 'aborted', request.aborted, request.destroyed); request.abort(); }, 300);
     });`,
  ],
  [
    'a request is destroyed with an error, and before it has a socket',
    `const server = web({ keep: true }, (request, response) => response.end(), (port) => {
       const first = watch('first', http.get({ port, host: '127.0.0.1', agent: false }), 'abort', 'error', 'close', 'response');
       say('first', 'destroy', first.destroy(new Error('own')) === first);
       const second = watch('second', http.get({ port, host: '127.0.0.1', agent: false }), 'abort', 'error', 'close', 'response');
       second.abort();
       setTimeout(() => server.close(), 400);
     });`,
  ],
  [
    'the server destroys the socket before it answers',
    `web({}, (request) => request.socket.destroy(), (port) => {
       const request = watch('client', http.get({ port, host: '127.0.0.1', agent: false }), 'response', 'abort', 'error', 'close');
       request.on('error', (error) => say('client', 'error', error.syscall, Object.keys(error), request.destroyed));
     });`,
  ],
  [
    'the server destroys the response in the middle',
    `web({}, (request, response) => {
       watch('server', response, 'finish', 'error', 'close');
       response.write('half');
       setTimeout(() => say('server', 'destroy', response.destroy() === response, response.destroyed), 300);
     }, (port) => http.get({ port, host: '127.0.0.1', agent: false }, (response) => {
       body('client', response);
       response.on('close', () => say('client', 'closed', response.complete, response.aborted, response.errored, response.destroyed));
     }).on('close', () => say('request', 'close')).on('error', (error) => say('request', error)));`,
  ],
  [
    'the server resets the connection in the middle',
    `web({}, (request, response) => {
       response.write('half');
       setTimeout(() => response.socket.resetAndDestroy(), 300);
     }, (port) => http.get({ port, host: '127.0.0.1', agent: false }, (response) => body('client', response))
       .on('error', (error) => say('request', error)));`,
  ],
  [
    'the client destroys the response in the middle',
    `web({}, (request, response) => {
       watch('server', response, 'finish', 'error', 'close');
       watch('request', request, 'aborted', 'error', 'close');
       response.write('half');
     }, (port) => http.get({ port, host: '127.0.0.1', agent: false }, (response) => {
       watch('client', response, 'end', 'aborted', 'error', 'close');
       response.once('data', () => { response.destroy(); say('client', 'destroyed', response.destroyed, response.complete); });
     }).on('close', () => say('client request', 'close')).on('error', (error) => say('client request', error)));`,
  ],
  [
    'response.destroy with an error, and request.destroy at the server',
    `let count = 0;
     const server = web({ keep: true }, (request, response) => {
       count += 1;
       if (count === 2) server.close();
       watch('server ' + request.url, response, 'error', 'close');
       watch('server request ' + request.url, request, 'error', 'close', 'aborted');
       if (request.url === '/response') response.destroy(new Error('own'));
       else request.destroy(new Error('own'));
     }, (port) => {
       for (const path of ['/response', '/request'])
         http.get({ port, host: '127.0.0.1', path, agent: false }).on('error', (error) => say('client ' + path, error));
     });`,
  ],
  [
    'a malformed request is answered by 400',
    `const server = web({ keep: true }, (request) => say('server', 'never', request.url), (port) => {
       watch('server', server, 'clientError', 'close');
       server.removeAllListeners('clientError');
       raw('client', port, 'nonsense\\r\\n\\r\\n').on('close', () => server.close());
     });`,
  ],
  [
    'malformed requests in many forms',
    `const server = web({ keep: true }, (request, response) => response.end('answer'), async (port) => {
       server.on('clientError', (error, socket) => {
         say(current, 'clientError', error, error.bytesParsed > 0, error.rawPacket instanceof Uint8Array, error.reason, socket.writable);
         socket.end('HTTP/1.1 400 Own\\r\\n\\r\\n');
       });
       const texts = ['GET / HTTP/9.9\\r\\n\\r\\n', 'GET /\\r\\n\\r\\n', 'GET / HTTP/1.1\\r\\nHost: a\\r\\nbad header\\r\\n\\r\\n',
         'POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: x\\r\\n\\r\\n', 'POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n',
         'NOPE / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'];
       for (const [index, text] of texts.entries()) {
         current = 'text ' + index;
         await new Promise((done) => raw(current, port, text).on('close', done));
       }
       server.close();
     });
     let current;`,
  ],
  [
    'a request without Host, and one with an unknown expectation',
    `const server = web({ keep: true }, (request, response) => response.end('answer'), async (port) => {
       const texts = ['GET / HTTP/1.1\\r\\nConnection: close\\r\\n\\r\\n',
         'GET / HTTP/1.1\\r\\nHost: a\\r\\nExpect: more\\r\\nConnection: close\\r\\n\\r\\n'];
       for (const [index, text] of texts.entries()) await new Promise((done) => raw('text ' + index, port, text).on('close', done));
       server.close();
     });`,
  ],
  [
    'headers that are too large are answered by 431',
    `const server = web({ keep: true, maxHeaderSize: 1024 }, (request) => say('server', 'never', request.url), (port) => {
       server.once('connection', (socket) => socket.on('error', () => undefined));
       raw('client', port, 'GET / HTTP/1.1\\r\\nHost: a\\r\\nX: ' + 'x'.repeat(2000)).on('close', () => {
         server.on('clientError', (error, socket) => { say('server', error.code, error.message); socket.destroy(); server.close(); });
         raw('second', port, 'GET / HTTP/1.1\\r\\nHost: a\\r\\nX: ' + 'x'.repeat(2000));
       });
     });`,
  ],
  [
    'a connection that closes in the middle of a request',
    `const server = web({ keep: true }, (request) => say('server', 'request', request.url), (port) => {
       watch('server', server, 'close').on('clientError', (error, socket) => {
         say('server', 'clientError', error, socket.destroyed, socket.writable);
         socket.destroy();
         server.close();
       });
       const client = net.connect(port, '127.0.0.1', () => client.end('GET / HTTP/1.1\\r\\nHo')).on('error', () => undefined).resume();
     });`,
  ],
  [
    'headers that take too long are answered by 408',
    `const server = web({ keep: true, headersTimeout: 300, requestTimeout: 2000, connectionsCheckingInterval: 50 }, () => {}, (port) => {
       raw('client', port, 'GET / HTTP/1.1\\r\\nHost').on('close', () => {
         server.on('clientError', (error, socket) => { say('server', error, socket.writable); socket.end('own answer'); server.close(); });
         raw('second', port, 'GET / HTTP/1.1\\r\\nHost');
       });
     });`,
  ],
  [
    'a connection that sends nothing is answered by 408',
    `const server = web({ keep: true, headersTimeout: 300, requestTimeout: 400, connectionsCheckingInterval: 50 }, () => {}, (port) => {
       watch('client', net.connect(port, '127.0.0.1'), 'data', 'end', 'error', 'close').on('close', () => server.close());
     });`,
  ],
  [
    'a body that takes too long is answered by 408',
    `const server = web({ keep: true, headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 50 }, (request, response) => {
       watch('server', request.resume(), 'aborted', 'end', 'error', 'close');
       watch('response', response, 'finish', 'close');
     }, (port) => raw('client', port, 'POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 10\\r\\n\\r\\nabc').on('close', () => server.close()));`,
  ],
  [
    'a slow handler does not make its request late',
    `const server = web({ keep: true, headersTimeout: 200, requestTimeout: 300, connectionsCheckingInterval: 50 }, (request, response) => {
       request.resume();
       setTimeout(() => response.end('slow'), 600);
     }, (port) => raw('client', port, 'GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n').on('close', () => server.close()));`,
  ],
  [
    'an idle connection is closed after keepAliveTimeout',
    `const server = web({ keep: true, keepAliveTimeout: 250 }, (request, response) => response.end('x'), (port) => {
       server.keepAliveTimeoutBuffer = 0;
       raw('client', port, 'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n').on('close', () => server.close());
     });`,
  ],
  [
    'server.setTimeout',
    `const server = web({ keep: true }, (request, response) => {
       response.write('start');
     }, (port) => {
       say('server', 'result', server.setTimeout(300) === server, server.timeout);
       raw('first', port, 'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n').on('close', () => {
         server.setTimeout(300, (socket) => { say('server', 'timeout', socket.destroyed); socket.end(); server.close(); });
         raw('second', port, 'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n');
       });
     });`,
  ],
  [
    'setTimeout of a request and of a response at the server',
    `let count = 0;
     const server = web({ keep: true }, (request, response) => {
       count += 1;
       if (count === 1) {
         say('server', 'request', request.setTimeout(250, () => { say('server', 'request timeout'); response.end('late'); }) === request);
       } else {
         server.close();
         say('server', 'response', response.setTimeout(250, () => { say('server', 'response timeout'); response.end('late'); }) === response);
         response.on('timeout', (socket) => say('server', 'timeout', socket));
       }
     }, (port) => {
       const text = 'GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n';
       raw('first', port, text).on('close', () => raw('second', port, text));
     });`,
  ],
];
