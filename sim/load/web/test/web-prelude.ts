/**
 * What the scripts of the contract of `fetch` and `WebSocket` can use, beside the prelude of
 * `node:net`. Each script is the body of an async function.
 */
import { WEB_NAMES } from '../../../ambient/web/names.ts';
import { PRELUDE } from '../../../world/test/net/entry.ts';

const HELPERS = `
const { createHash } = require('node:crypto');
const zlib = require('node:zlib');
const { setTimeout: sleep } = require('node:timers/promises');
/** An error with its causes, in words. */
function why(error) {
  if (!(error instanceof Error)) return show(error);
  const code = typeof error.code === 'string' ? ' ' + error.code : '';
  const cause = error.cause === undefined ? '' : ' because ' + why(error.cause);
  return error.name + code + ' ' + show(error.message) + cause;
}
async function failure(who, promise) {
  try { say(who, 'no failure', await promise); } catch (error) { say(who, why(error)); }
}
/** Left out: compression, which the simulation does not offer. */
const LEFT_OUT = ['accept-encoding', 'sec-websocket-extensions', 'sec-websocket-key', 'host'];
const masked = (text) => text.replace(/formdata-undici-0\\d+/g, 'formdata-undici-NUMBER');
function headersOf(request) {
  const kept = Object.entries(request.headers).filter(([name]) => !LEFT_OUT.includes(name));
  return kept.map(([name, value]) => name + ': ' + masked(String(value))).sort();
}
async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
const digestOf = (bytes) => bytes.length + ' ' + createHash('sha256').update(bytes).digest('hex').slice(0, 8);
/** A server of any port of 127.0.0.1 while \`act\` runs. */
async function serving(onRequest, act, options = {}) {
  const server = http.createServer(options, onRequest);
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  try {
    await act('http://127.0.0.1:' + port, server, port);
  } catch (error) {
    say('script', why(error));
  }
  server.close();
  server.closeAllConnections();
}
/** A server that answers each connection by \`act\`. */
async function serveSockets(onSocket, act) {
  const sockets = new Set();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  try {
    await act('http://127.0.0.1:' + server.address().port);
  } catch (error) {
    say('script', why(error));
  }
  server.close();
  for (const socket of sockets) socket.destroy();
}
async function unusedPort() {
  const server = net.createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
/** The server's side of a WebSocket, as bytes. */
function accept(request, socket, more = []) {
  const key = request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade',
    'Sec-WebSocket-Accept: ' + createHash('sha1').update(key).digest('base64'), ...more];
  socket.write(lines.join('\\r\\n') + '\\r\\n\\r\\n');
}
function frame(opcode, data, isLast = true) {
  const bytes = Buffer.from(data);
  const head = bytes.length < 126 ? [bytes.length] : bytes.length < 65536
    ? [126, bytes.length >> 8, bytes.length & 255]
    : [127, 0, 0, 0, 0, bytes.length >>> 24, (bytes.length >> 16) & 255, (bytes.length >> 8) & 255, bytes.length & 255];
  return Buffer.concat([Buffer.from([(isLast ? 128 : 0) | opcode, ...head]), bytes]);
}
function frames(socket, onFrame) {
  let all = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    all = Buffer.concat([all, data]);
    for (;;) {
      if (all.length < 2) return;
      let length = all[1] & 127;
      let at = 2;
      if (length === 126) { if (all.length < 4) return; length = all.readUInt16BE(2); at = 4; }
      else if (length === 127) { if (all.length < 10) return; length = Number(all.readBigUInt64BE(2)); at = 10; }
      if (all.length < at + 4 + length) return;
      const mask = all.subarray(at, at + 4);
      const bytes = Buffer.from(all.subarray(at + 4, at + 4 + length).map((byte, index) => byte ^ mask[index % 4]));
      const opcode = all[0] & 15;
      all = all.subarray(at + 4 + length);
      onFrame(opcode, bytes);
    }
  });
}
/** A server whose sockets are given to \`onSocket\` when they are upgraded. */
async function servingSockets(onSocket, act) {
  await serving(() => undefined, async (base, server) => {
    const open = new Set();
    server.on('upgrade', (request, socket) => { open.add(socket); socket.on('error', () => undefined); onSocket(request, socket); });
    await act(base.replace('http', 'ws'), server);
    for (const socket of open) socket.destroy();
  });
}
/** Adds the events of a WebSocket; resolves when it has closed. */
function follow(who, socket) {
  return new Promise((done) => {
    socket.addEventListener('open', (event) => say(who, 'open', socket.readyState, socket.protocol, event.constructor.name));
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') say(who, 'message', data.length > 100 ? digestOf(Buffer.from(data)) : data);
      else say(who, 'message of ' + data.constructor.name, data.byteLength ?? data.size);
    });
    socket.addEventListener('error', (event) => say(who, 'error', event.constructor.name, event.message));
    socket.addEventListener('close', ({ code, reason, wasClean }) => {
      say(who, 'close', code, reason, wasClean, socket.readyState);
      done();
    });
  });
}
`;

export const WEB_PRELUDE = PRELUDE + HELPERS;

/** In front of the prelude, the globals of the web in a real process. */
export function realWeb(undici: string): string {
  return `globalThis.__UNDICI_IS_NODE__ = true;
{ const undici = require(${JSON.stringify(undici)});
  for (const name of ${JSON.stringify(WEB_NAMES)}) Object.defineProperty(globalThis, name, { value: undici[name], writable: true, configurable: true }); }
`;
}

/** A script, as the body of an async function. */
export function script(text: string): string {
  return `(async () => {${text}})().catch((error) => say('script', why(error)));`;
}
