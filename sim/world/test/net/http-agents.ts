/** The contract of `node:http`: agents, kept connections, and how a server closes them. */
import type { NetEntry } from './entry.ts';

/** Counts connections and answers with their number. */
const COUNTING = (options: string, act: string): string => `
  let connections = 0;
  const numbers = new WeakMap();
  const server = web({ keep: true, ...${options} }, (request, response) => response.end('connection ' + numbers.get(request.socket)), async (port) => {
    const get = (agent, more) => new Promise((done, fail) => {
      const request = http.get({ port, host: '127.0.0.1', agent, ...more }, (response) => {
        let text = '';
        response.on('data', (data) => { text += data; }).on('end', () => setImmediate(() => done([text, request.reusedSocket, response.headers.connection, response.headers['keep-alive']])));
      }).on('error', fail);
    });
    ${act}
  });
  server.on('connection', (socket) => { connections += 1; numbers.set(socket, connections); });`;

const COUNTS = `const counts = (agent) => ['sockets', 'freeSockets', 'requests'].map((name) =>
  name + ' ' + Object.values(agent[name]).reduce((sum, list) => sum + list.length, 0)).join();`;

export const HTTP_AGENTS: readonly NetEntry[] = [
  [
    'the global agent keeps connections',
    COUNTING(
      '{}',
      `
      for (let count = 0; count < 3; count += 1) say('client', await get(undefined));
      say('client', http.globalAgent instanceof http.Agent, http.globalAgent.keepAlive, http.globalAgent.options.scheduling, http.globalAgent.options.timeout);
      http.globalAgent.destroy();
      server.close(() => say('server', 'closed'));`,
    ),
  ],
  [
    'an agent without keep-alive, and no agent, use a new connection each',
    COUNTING(
      '{}',
      `
      const agent = new http.Agent();
      say('agent', await get(agent), await get(agent), agent.keepAlive, agent.defaultPort, agent.protocol);
      say('none', await get(false), await get(false));
      server.close();`,
    ),
  ],
  [
    'an agent with keep-alive reuses its connections',
    COUNTING(
      '{}',
      `${COUNTS}
      const agent = new http.Agent({ keepAlive: true });
      agent.on('free', (socket, options) => say('agent', 'free', socket instanceof net.Socket, options.port === port));
      say('client', await get(agent), counts(agent));
      say('client', await get(agent), counts(agent));
      say('client', (await Promise.all([get(agent), get(agent)])).map(([text]) => text).sort(), counts(agent));
      say('name', agent.getName({ host: 'a', port: 1, localAddress: 'b', family: 4 }), agent.getName({}), agent.getName());
      agent.destroy();
      setTimeout(() => { say('client', counts(agent)); server.close(); }, 300);`,
    ),
  ],
  [
    'maxSockets makes requests wait',
    COUNTING(
      '{}',
      `${COUNTS}
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 });
      const all = [get(agent), get(agent), get(agent)];
      say('client', counts(agent), agent.maxSockets, agent.maxFreeSockets, agent.maxTotalSockets, agent.totalSocketCount);
      say('client', await Promise.all(all), counts(agent));
      agent.destroy();
      server.close();`,
    ),
  ],
  [
    'maxTotalSockets and maxFreeSockets',
    COUNTING(
      '{}',
      `${COUNTS}
      const agent = new http.Agent({ keepAlive: true, maxTotalSockets: 2, maxFreeSockets: 1, scheduling: 'fifo' });
      const all = [get(agent), get(agent), get(agent)];
      say('client', counts(agent));
      say('client', (await Promise.all(all)).map(([text]) => text).sort().at(-1));
      setTimeout(() => { say('client', counts(agent)); agent.destroy(); server.close(); }, 300);
      attempt('agent', () => new http.Agent({ maxTotalSockets: 0 }));
      attempt('agent', () => new http.Agent({ scheduling: 'x' }));
      attempt('agent', () => http.Agent() instanceof http.Agent);`,
    ),
  ],
  [
    'the scheduling of free sockets',
    COUNTING(
      '{}',
      `
      for (const scheduling of ['lifo', 'fifo']) {
        const agent = new http.Agent({ keepAlive: true, scheduling });
        const sockets = [];
        await Promise.all([1, 2].map(() => new Promise((done) => {
          const request = http.get({ port, host: '127.0.0.1', agent }, (response) => response.resume().on('end', () => setImmediate(done)));
          request.on('socket', (socket) => sockets.push(socket));
        })));
        const [free] = Object.values(agent.freeSockets);
        const expected = scheduling === 'lifo' ? free.at(-1) : free[0];
        await new Promise((done) => http.get({ port, host: '127.0.0.1', agent }, (response) => response.resume().on('end', done))
          .on('socket', (socket) => say(scheduling, socket === expected)));
        agent.destroy();
      }
      server.close();`,
    ),
  ],
  [
    'Connection: close of either end',
    COUNTING(
      '{}',
      `
      const agent = new http.Agent({ keepAlive: true });
      say('client', await get(agent, { headers: { Connection: 'close' } }));
      say('client', await get(agent));
      server.once('request', (request, response) => undefined);
      server.prependOnceListener('request', (request, response) => response.setHeader('Connection', 'close'));
      say('client', await get(agent));
      say('client', await get(agent));
      agent.destroy();
      server.close();`,
    ),
  ],
  [
    'maxRequestsPerSocket closes the connection, and drops pipelined requests',
    COUNTING(
      '{ maxRequestsPerSocket: 2 }',
      `
      server.maxRequestsPerSocket = 2;
      const agent = new http.Agent({ keepAlive: true });
      for (let count = 0; count < 4; count += 1) say('client', await get(agent));
      agent.destroy();
      server.on('dropRequest', (request, socket) => say('server', 'dropRequest', request.url, socket instanceof net.Socket));
      raw('raw', port, ['1', '2', '3'].map((name) => 'GET /' + name + ' HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n').join('')).on('close', () => server.close());`,
    ),
  ],
  [
    'the agent drops a connection that the server closed',
    COUNTING(
      '{ keepAliveTimeout: 100 }',
      `${COUNTS}
      server.keepAliveTimeoutBuffer = 0;
      const agent = new http.Agent({ keepAlive: true });
      say('client', await get(agent), counts(agent));
      await new Promise((done) => setTimeout(done, 1800));
      say('client', counts(agent));
      say('client', await get(agent));
      agent.destroy();
      server.close();`,
    ),
  ],
  [
    'a kept connection that the server resets is an error of the next request',
    COUNTING(
      '{}',
      `
      const agent = new http.Agent({ keepAlive: true });
      say('client', await get(agent));
      server.prependListener('request', (request) => request.socket.destroy());
      const request = http.get({ port, host: '127.0.0.1', agent }).on('error', (error) => {
        say('client', error, request.reusedSocket);
        server.close();
      });`,
    ),
  ],
  [
    'an agent with a timeout closes free sockets',
    COUNTING(
      '{}',
      `${COUNTS}
      const agent = new http.Agent({ keepAlive: true, timeout: 400 });
      say('client', await get(agent), counts(agent), agent.options.timeout);
      await new Promise((done) => setTimeout(done, 1500));
      say('client', counts(agent));
      server.close();`,
    ),
  ],
  [
    'an agent of an own class',
    COUNTING(
      '{}',
      `
      class Own extends http.Agent {
        createConnection(options, callback) { say('own', 'createConnection', options.port === port, typeof callback); return super.createConnection(options, callback); }
        keepSocketAlive(socket) { say('own', 'keepSocketAlive'); return super.keepSocketAlive(socket); }
        reuseSocket(socket, request) { say('own', 'reuseSocket', request instanceof http.ClientRequest); super.reuseSocket(socket, request); }
        getName(options) { return 'own:' + super.getName(options).split(':')[0]; }
        addRequest(request, options, ...rest) { say('own', 'addRequest'); return super.addRequest(request, options, ...rest); }
        createSocket(request, options, callback) { say('own', 'createSocket'); return super.createSocket(request, options, callback); }
        removeSocket(socket, options) { say('own', 'removeSocket'); return super.removeSocket(socket, options); }
      }
      const agent = new Own({ keepAlive: true });
      say('client', await get(agent), await get(agent), Object.keys(agent.freeSockets));
      agent.destroy();
      setTimeout(() => server.close(), 300);`,
    ),
  ],
  [
    'globalAgent can be replaced',
    COUNTING(
      '{}',
      `
      const before = http.globalAgent;
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      http.globalAgent = agent;
      say('client', http.globalAgent === agent, await get(undefined), Object.keys(agent.freeSockets).length);
      http.globalAgent = before;
      agent.destroy();
      server.close();`,
    ),
  ],
  [
    'close ends idle connections, and waits for active ones',
    `const server = web({ keep: true }, (request, response) => {
       if (request.url === '/idle') return response.end('idle');
       server.close((error) => say('server', 'closed', error));
       say('server', 'listening', server.listening);
       setTimeout(() => response.end('active'), 400);
     }, (port) => {
       raw('idle', port, 'GET /idle HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n').once('data', () =>
         setTimeout(() => raw('active', port, 'GET /active HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'), 300));
     });`,
  ],
  [
    'closeIdleConnections closes connections without a request',
    `const server = web({ keep: true }, (request, response) => {
       if (request.url === '/idle') return response.end('idle');
       server.closeIdleConnections();
       setTimeout(() => { say('server', 'ends'); response.end('active'); setTimeout(() => server.close(), 600); }, 300);
     }, (port) => {
       raw('idle', port, 'GET /idle HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n').once('data', () =>
         setTimeout(() => raw('active', port, 'GET /active HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'), 300));
     });`,
  ],
  [
    'closeAllConnections closes all',
    `const server = web({ keep: true }, (request, response) => {
       response.write('start');
       response.on('close', () => say('server', 'response closed', response.writableFinished));
       setTimeout(() => { server.closeAllConnections(); server.close(() => say('server', 'closed')); }, 600);
     }, (port) => raw('client', port, 'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'));
     http.createServer().closeAllConnections();
     http.createServer().closeIdleConnections();
     http.createServer().close((error) => say('other', error));`,
  ],
  [
    'a server is disposed of and listens again',
    `const server = http.createServer((request, response) => response.end('x'));
     watch('server', server, 'listening', 'close').listen(0, '127.0.0.1', () => {
       server.close(() => server.listen(0, '127.0.0.1', () => {
         http.get({ port: server.address().port, host: '127.0.0.1', agent: false }, (response) => body('client', response, () => server.close()));
       }));
     });`,
  ],
];
