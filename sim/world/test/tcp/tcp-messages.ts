/** The contract of faults that hit messages of TCP connections. */
import type { InjectedFault, TcpEntry } from './tcp-entry.ts';

const EVENTS = `'data', 'end', 'error', 'close'`;

/** The server sends ten bytes; the client goes on to write. */
const RAW_SERVER = `listen(net.createServer((socket) => {
  watch('server', socket, ${EVENTS});
  socket.write('0123456789');
}));`;
const RAW_CLIENT = `watch('client', net.connect(port, host), ${EVENTS});`;

/** A request with a body, and a response with one. */
const WEB_SERVER = `listen(http.createServer((request, response) => {
  watch('request', request, 'data', 'end', 'aborted', 'error');
  request.on('end', () => { response.setHeader('Date', 'now'); response.end('the response'); });
  watch('response', response, 'finish', 'close');
}).on('clientError', (error, socket) => { say('server', 'clientError ' + error.code); socket.destroy(); }));`;
const WEB_CLIENT = `const agent = new http.Agent({ keepAlive: true });
const request = http.request({ host, port, method: 'POST', agent }, (response) => {
  watch('client', response, 'data', 'end', 'aborted', 'error');
  response.on('close', () => say('client', 'complete ' + response.complete));
});
watch('client request', request, 'error', 'close');
request.end('the request');`;

/** An upgraded connection that carries a text of five bytes. Its server leaves it half-open. */
const UPGRADE_SERVER = `listen(http.createServer().on('upgrade', (request, socket) => {
  watch('server', socket, ${EVENTS});
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n\\r\\n');
  socket.once('data', () => socket.write(Buffer.from('\\x81\\x05hello', 'latin1')));
}));`;
const UPGRADE_CLIENT = `const request = http.request({ host, port, agent: false, headers: { Connection: 'Upgrade', Upgrade: 'websocket' } });
watch('client request', request, 'error', 'close');
request.on('upgrade', (response, socket) => {
  say('client', 'upgraded');
  watch('client', socket, ${EVENTS});
  socket.write('ready');
});
request.end();`;

function raw(title: string, fault: InjectedFault, expected: TcpEntry['expected']): TcpEntry {
  return { title, fault, expected, server: RAW_SERVER, client: RAW_CLIENT };
}

function web(title: string, fault: InjectedFault, expected: TcpEntry['expected']): TcpEntry {
  return { title, fault, expected, server: WEB_SERVER, client: WEB_CLIENT };
}

function upgrade(title: string, fault: InjectedFault, expected: TcpEntry['expected']): TcpEntry {
  return { title, fault, expected, server: UPGRADE_SERVER, client: UPGRADE_CLIENT };
}

const RESET = 'error ECONNRESET read ECONNRESET';
const down = { direction: 'down', message: 1 } as const;
const up = { direction: 'up', message: 1 } as const;

export const TCP_MESSAGES: readonly TcpEntry[] = [
  raw(
    'reset-in-message: bytes before the place arrive, then both ends fail',
    { kind: 'reset-in-message', ...down, at: 0.4 },
    { client: ['data 0123', RESET, 'close true'], server: [RESET, 'close true'] },
  ),
  web(
    'reset-in-message: in the head of a response',
    { kind: 'reset-in-message', ...down, at: 0.2 },
    {
      'client request': [RESET, 'close'],
      request: ['data the request', 'end'],
      response: ['finish', 'close'],
      server: ['clientError ECONNRESET'],
    },
  ),
  web(
    'reset-in-message: in the body of a response',
    { kind: 'reset-in-message', ...down, at: 0.75 },
    {
      client: ['data the re', 'aborted', 'error ECONNRESET aborted', 'complete false'],
      'client request': [RESET, 'close'],
      request: ['data the request', 'end'],
      response: ['finish', 'close'],
      server: ['clientError ECONNRESET'],
    },
  ),
  web(
    'reset-in-message: in the body of a request',
    { kind: 'reset-in-message', ...up, at: 0.75 },
    {
      'client request': [RESET, 'close'],
      request: ['data the r', 'aborted', 'error ECONNRESET aborted'],
      response: ['close'],
      server: ['clientError ECONNRESET'],
    },
  ),
  upgrade(
    'reset-in-message: in the handshake of an upgrade',
    { kind: 'reset-in-message', ...down, at: 0.9 },
    { 'client request': [RESET, 'close'], server: [RESET, 'close true'] },
  ),
  upgrade(
    'reset-in-message: in a frame',
    { kind: 'reset-in-message', direction: 'down', message: 2, at: 0.5 },
    {
      client: ['upgraded', 'data \u0081\u0005h', RESET, 'close true'],
      'client request': ['close'],
      server: ['data ready', RESET, 'close true'],
    },
  ),
  raw(
    'end-in-message: bytes before the place arrive, then both ends receive the end',
    { kind: 'end-in-message', ...down, at: 0.4 },
    { client: ['data 0123', 'end', 'close false'], server: ['end', 'close false'] },
  ),
  {
    ...raw(
      'end-in-message: what an end sends later is answered by a reset',
      { kind: 'end-in-message', ...down, at: 0.4 },
      { client: ['data 0123', 'end', 'wrote', 'failed', 'close true'], server: ['end', 'close false'] },
    ),
    client: `const socket = net.connect({ port, host, allowHalfOpen: true });
      watch('client', socket, 'data', 'end', 'close');
      // ECONNRESET or EPIPE: it depends on what a busy machine does first.
      socket.on('error', (error) => say('client', /^(?:ECONNRESET|EPIPE)$/.test(error.code) ? 'failed' : error.code));
      socket.on('end', () => {
        socket.write('more', () => say('client', 'wrote'));
        const again = setInterval(() => socket.destroyed ? clearInterval(again) : socket.write('more'), 200);
      });`,
  },
  web(
    'end-in-message: in the head of a response',
    { kind: 'end-in-message', ...down, at: 0.2 },
    {
      'client request': ['error ECONNRESET socket hang up', 'close'],
      request: ['data the request', 'end'],
      response: ['finish', 'close'],
    },
  ),
  web(
    'end-in-message: in the body of a response',
    { kind: 'end-in-message', ...down, at: 0.75 },
    {
      client: ['data the re', 'aborted', 'error ECONNRESET aborted', 'complete false'],
      'client request': ['close'],
      request: ['data the request', 'end'],
      response: ['finish', 'close'],
    },
  ),
  web(
    'end-in-message: in the body of a request',
    { kind: 'end-in-message', ...up, at: 0.75 },
    {
      'client request': ['error ECONNRESET socket hang up', 'close'],
      request: ['data the r', 'aborted', 'error ECONNRESET aborted'],
      response: ['close'],
      server: ['clientError HPE_INVALID_EOF_STATE'],
    },
  ),
  upgrade(
    'end-in-message: in the handshake of an upgrade',
    { kind: 'end-in-message', ...down, at: 0.9 },
    { 'client request': ['error ECONNRESET socket hang up', 'close'], server: ['end'] },
  ),
  upgrade(
    'end-in-message: in a frame',
    { kind: 'end-in-message', direction: 'down', message: 2, at: 0.5 },
    {
      client: ['upgraded', 'data \u0081\u0005h', 'end', 'close false'],
      'client request': ['close'],
      server: ['data ready', 'end'],
    },
  ),
  ...(['bytes', 'head', 'pieces', 'late'] as const).flatMap((mode) => [
    web(
      `segmentation: a response, by ${mode}`,
      { kind: 'segmentation', ...down, mode },
      {
        client: ['data the response', 'end', 'complete true'],
        'client request': ['close'],
        request: ['data the request', 'end'],
        response: ['finish', 'close'],
      },
    ),
    web(
      `segmentation: a request, by ${mode}`,
      { kind: 'segmentation', ...up, mode },
      {
        client: ['data the response', 'end', 'complete true'],
        'client request': ['close'],
        request: ['data the request', 'end'],
        response: ['finish', 'close'],
      },
    ),
  ]),
  {
    title: 'segmentation: the first bytes of a message arrive singly',
    fault: { kind: 'segmentation', ...down, mode: 'bytes' },
    server: RAW_SERVER,
    client: `let reads = 0;
      let bytes = 0;
      net.connect(port, host).on('data', (data) => {
        reads += 1;
        bytes += data.length;
        if (bytes === 10) say('client', reads > 1 ? 'in parts' : 'whole');
      });`,
    expected: { client: ['in parts'] },
  },
  {
    title: 'segmentation: messages that follow each other arrive in one read',
    fault: { kind: 'segmentation', ...down, mode: 'late' },
    server: `listen(net.createServer((socket) => {
      socket.write('one');
      setTimeout(() => socket.write('two'), 5);
    }));`,
    client: `net.connect(port, host).on('data', (data) => say('client', String(data)));`,
    expected: { client: ['onetwo'] },
  },
];
