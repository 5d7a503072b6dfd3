/** The contract of `node:http` and `node:net`: members that few programs use. */
import type { NetEntry } from './entry.ts';

export const HTTP_MEMBERS: readonly NetEntry[] = [
  [
    'a server that requires no Host header',
    `web({ requireHostHeader: false }, (request, response) => {
       say('server', 'requireHostHeader', http.createServer().requireHostHeader, request.headers);
       response.end('x');
     }, (port) => raw('client', port, 'GET / HTTP/1.1\\r\\nConnection: close\\r\\n\\r\\n'));`,
  ],
  [
    'shouldUpgradeCallback decides about an upgrade',
    `const server = web({ keep: true, shouldUpgradeCallback: (request) => request.url === '/yes' }, (request, response) => response.end('plain'), async (port) => {
       say('server', typeof server.shouldUpgradeCallback);
       server.on('upgrade', (request, socket) => socket.end('HTTP/1.1 400 No\\r\\n\\r\\n'));
       for (const path of ['/yes', '/no']) await new Promise((done) => raw('client ' + path, port,
         'GET ' + path + ' HTTP/1.1\\r\\nHost: a\\r\\nConnection: Upgrade, close\\r\\nUpgrade: own\\r\\n\\r\\n').on('close', () => done()));
       server.close();
     });
     setTimeout(() => server.closeAllConnections(), 1500).unref();`,
  ],
  [
    'httpValidation of servers and requests',
    `say('server', http.createServer().httpValidation);
     attempt('server', () => http.createServer({ httpValidation: 'x' }).httpValidation);
     const request = http.request({ createConnection: () => new net.Socket() }).on('error', () => undefined);
     say('client', request.httpValidation);
     request.destroy();`,
  ],
  [
    'writeHeader and writeInformation, where a version has them',
    `web({}, (request, response) => {
       if (response.writeInformation) attempt('server', () => response.writeInformation(103, { link: '</a>; rel=preload' }) === undefined);
       if (response.writeHeader) response.writeHeader(201, { 'X-A': 'b' });
       response.end('x');
     }, (port) => raw('client', port, 'GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n'));`,
  ],
  [
    'a request takes a socket by onSocket',
    `web({}, (request, response) => response.end('x'), (port) => {
       const agent = { defaultPort: 80, protocol: 'http:', addRequest(request) { request.onSocket(net.connect(port, '127.0.0.1')); } };
       const request = http.get({ agent, host: 'a' }, (response) => body('client', response));
       say('client', 'members', request.socketPath, request.outputSize, request.outputData.length);
     });`,
  ],
  [
    'functions that only compute, where a version has them',
    `for (const name of ['x-a', 'x a', '']) {
       attempt('name', () => http.validateHeaderName(name));
       if (http.isValidHeaderName) attempt('name', () => http.isValidHeaderName(name));
     }
     for (const value of ['a', 'a\\nb', undefined]) {
       attempt('value', () => http.validateHeaderValue('x-a', value));
       if (http.isValidHeaderValue) attempt('value', () => http.isValidHeaderValue(value));
     }
     say('constants', http.METHODS, http.STATUS_CODES[418], http.maxHeaderSize);
     if (http.websocketMask) {
       const [source, mask, output] = [Buffer.from('a text to be masked twice'), Buffer.from([1, 2, 3, 4]), Buffer.alloc(30)];
       attempt('mask', () => http.websocketMask(source, mask, output, 3, source.length));
       say('masked', output);
       const masked = output.subarray(3, 3 + source.length);
       attempt('unmask', () => http.websocketUnmask(masked, mask));
       say('unmasked', masked);
     }`,
  ],
  [
    'settings of the process',
    `const get = () => [net.getDefaultAutoSelectFamily(), net.getDefaultAutoSelectFamilyAttemptTimeout()];
     say('default', ...get());
     for (const value of [false, 'x', undefined]) attempt('family', () => net.setDefaultAutoSelectFamily(value));
     for (const value of [300, 1, 0, 1.5, 'x', 2 ** 31]) attempt('timeout', () => net.setDefaultAutoSelectFamilyAttemptTimeout(value));
     say('set', ...get());
     for (const value of [1, 1000, 0, 1.5, 'x']) attempt('parsers', () => http.setMaxIdleHTTPParsers(value));`,
  ],
  [
    'options of agents',
    `const agent = new http.Agent({ keepAlive: true, keepAliveMsecs: 50, agentKeepAliveTimeoutBuffer: 10 });
     say('agent', agent.keepAliveMsecs, new http.Agent().keepAliveMsecs, agent.agentKeepAliveTimeoutBuffer, Object.keys(agent.requests));
     say('options', agent.options.keepAlive, agent.options.noDelay, agent.options.path);`,
  ],
  [
    'compose, wrap and asIndexedPairs of a socket',
    `const { PassThrough } = require('node:stream');
     const server = serve({ keep: true }, (socket) => socket.resume().end('abc'), async (port) => {
       const composed = net.connect(port, '127.0.0.1').compose(async function* (source) { for await (const part of source) yield String(part).toUpperCase(); });
       let text = '';
       for await (const part of composed) text += part;
       say('composed', text);
       if (net.Socket.prototype.asIndexedPairs) say('indexed', (await net.connect(port, '127.0.0.1').asIndexedPairs().toArray())[0][0]);
       attempt('wrap', () => typeof new net.Socket().wrap);
       const type = new net.Socket();
       if (type.getTypeOfService) attempt('type of service', () => type.getTypeOfService());
       server.close();
     });`,
  ],
  [
    'servers and requests that inherit by util.inherits',
    `const { inherits } = require('node:util');
     function OldServer(listener) { http.Server.call(this, { keepAliveTimeout: 100 }, listener); }
     inherits(OldServer, http.Server);
     function OldRequest(...parameters) { http.ClientRequest.call(this, ...parameters); }
     inherits(OldRequest, http.ClientRequest);
     const server = new OldServer((request, response) => {
       say('server', request.method, request.url, request.headers, request instanceof http.IncomingMessage, response instanceof http.ServerResponse);
       response.end('x');
     });
     server.listen(0, '127.0.0.1', () => {
       const { port } = server.address();
       say('server', server instanceof http.Server, server instanceof net.Server);
       const options = { port, host: '127.0.0.1', path: '/a', agent: false };
       const request = new OldRequest(options, (response) => {
         body('client', response);
         response.on('end', () => new OldRequest(new URL('http://127.0.0.1:' + port + '/b'), (again) => {
           body('again', again);
           again.on('end', () => server.close());
         }).end());
       });
       say('client', request instanceof http.ClientRequest, request.method, request.path);
       request.end();
     });`,
  ],
];
