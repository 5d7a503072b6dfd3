/**
 * The shape of an entry of the contract of `node:net` and `node:http`: a script that is server and
 * client in one process. What it writes must be the same with Node and in the simulation, so there
 * are no expected lines: they differ between versions of Node.
 */

export type NetEntry = readonly [title: string, text: string];

export interface ScriptEnd {
  readonly lines: readonly string[];
  readonly code: number;
}

/**
 * What each script can use. Lines are grouped by the name of the end that they are about, and
 * written when the process exits: real time decides the order between two ends. Data that arrives
 * in a row is one line, however it was split. Ports and dates are masked.
 */
export const PRELUDE = `
const net = require('node:net');
const http = require('node:http');
const groups = new Map();
function show(value) {
  if (value instanceof Error) {
    const code = value.code === undefined ? '' : ' ' + value.code;
    return value.name + code + ' ' + show(value.message).slice(1, -1);
  }
  if (value instanceof Uint8Array) return show(Buffer.from(value).toString('latin1'));
  if (typeof value === 'function') return 'function';
  if (typeof value === 'string') return JSON.stringify(value
    .replace(/(\\d\\.\\d|::1|localhost|somewhere):\\d{3,5}/g, '$1:PORT')
    .replace(/\\w{3}, \\d\\d \\w{3} \\d{4} [\\d:]{8} GMT/g, 'DATE'));
  if (value === null || typeof value !== 'object') return String(value);
  const prototype = Object.getPrototypeOf(value);
  if (Array.isArray(value)) return '[' + value.map(show).join() + ']';
  if (prototype !== Object.prototype && prototype !== null) return value.constructor.name;
  return '{' + Object.keys(value).map((key) => key + ':' + show(value[key])).join() + '}';
}
function groupOf(who) {
  if (!groups.has(who)) groups.set(who, []);
  return groups.get(who);
}
/** Adds a line about an end. */
function say(who, ...values) {
  groupOf(who).push(values.map((value, at) => (at === 0 && typeof value === 'string' ? value : show(value))).join(' '));
}
function heard(who, data) {
  const group = groupOf(who);
  const last = group.at(-1);
  if (last !== undefined && typeof last === 'object') last.text += data;
  else group.push({ text: String(data) });
}
/** Adds a line for each event of these names. */
function watch(who, emitter, ...names) {
  for (const name of names) {
    if (name === 'data') emitter.on('data', (data) => heard(who, data));
    else emitter.on(name, (...values) => say(who, name, ...values));
  }
  return emitter;
}
/** Adds the result of a call, or its error. */
function attempt(who, act) {
  try { say(who, 'result', act()); } catch (error) { say(who, error); }
}
const SOCKET = ['connect', 'ready', 'data', 'end', 'finish', 'drain', 'timeout', 'error', 'close'];
/** A server on any port of 127.0.0.1; it closes after its first connection unless it is kept. */
function serve(options, onSocket, onPort) {
  const server = net.createServer(options, (socket) => {
    if (!options.keep) server.close();
    onSocket(socket, server);
  });
  server.listen(0, '127.0.0.1', () => onPort(server.address().port, server));
  return server;
}
function web(options, onRequest, onPort) {
  const server = http.createServer(options, (request, response) => {
    if (!options.keep) server.close();
    onRequest(request, response, server);
  });
  server.listen(0, '127.0.0.1', () => onPort(server.address().port, server));
  return server;
}
/** Sends a text and adds everything that is answered. */
function raw(who, port, text) {
  const socket = net.connect(port, '127.0.0.1', () => socket.write(text));
  return watch(who, socket, 'data', 'end', 'error', 'close');
}
/** Adds the status, the headers and the body of a response. */
function body(who, response, done) {
  say(who, 'response ' + response.statusCode, response.headers);
  watch(who, response, 'data', 'end', 'aborted', 'error', 'close');
  if (done) response.on('end', done);
}
process.on('exit', () => {
  for (const who of [...groups.keys()].sort())
    for (const line of groups.get(who))
      console.log(who + ': ' + (typeof line === 'object' ? 'data ' + show(line.text) : line));
});
`;
