/**
 * The WebSocket of an actor that connects to a node over HTTP: the client of `ws`, which makes the
 * real handshake, held to what a browser allows.
 */
import type { ClientLibraries, WireSocket } from '../client-libraries.ts';
import type { ClientSocket, ConnectOptions } from '../client-socket.ts';
import type { SocketAddress } from '../../system/tcp.ts';
import { ConnectionFailedError } from '../connection-failed-error.ts';
import { CLIENT_SOCKET, NOT_IN_BROWSERS } from '../mock-client.ts';
import type { Refuse } from '../../system/refused-members.ts';
import { isLoopback } from './addresses.ts';

const VALUES = new Set(NOT_IN_BROWSERS.values);
const REFUSED = new Set([...NOT_IN_BROWSERS.methods, ...VALUES]);

interface BrowserContext {
  readonly refuse: Refuse;
  /** Runs a function in a later event of the actor. */
  readonly later: (act: () => void) => void;
}

/**
 * Rejects with a ConnectionFailedError: "connection refused", "connection reset", "connection timed
 * out", "refused with 401", "server sent no subprotocol".
 */
export function dialWebSocket(
  { WebSocket }: ClientLibraries,
  { node, address, port }: SocketAddress & { readonly node: string },
  { url = '/', headers, protocols = [] }: ConnectOptions,
  { refuse, later }: BrowserContext,
): Promise<ClientSocket> {
  // Browsers offer compression.
  const options = { perMessageDeflate: true, ...(headers === undefined ? {} : { headers }) };
  const socket = new WebSocket(`ws://${node}:${port}${url}`, [protocols].flat(), options);
  socket.binaryType = 'blob';
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => reject(new ConnectionFailedError(reason));
    socket.once('unexpected-response', (request: { destroy(): void }, response: { statusCode: number }) => {
      fail(`refused with ${response.statusCode}`);
      request.destroy();
    });
    socket.once('error', (error: Error & { code?: string }) =>
      fail(reasonOf(error) + (isLoopback(address) ? onlyLocal(node, address) : '')),
    );
    socket.once('open', () => {
      socket.removeAllListeners('unexpected-response');
      // An error without a listener would be a crash. A browser's socket just closes.
      socket.on('error', () => undefined);
      // `ws` emits what came with the answer in this turn, before the code that awaits the
      // connection can listen. In a browser each message is a later task.
      if (hasWaiting(socket)) {
        socket.pause();
        later(() => socket.resume());
      }
      resolve(asBrowserSocket(socket, refuse));
    });
  });
}

/** Whether bytes of messages came with the answer to the upgrade. */
function hasWaiting(socket: WireSocket): boolean {
  // Private, but `ws` has no other trace of them.
  const { _socket: stream } = socket as unknown as { readonly _socket: { readonly readableLength: number } };
  return stream.readableLength > 0;
}

/** What usually is the reason then. */
function onlyLocal(node: string, address: string): string {
  return `: ${node} listens on ${address}, where other machines do not reach it; let it listen on 0.0.0.0`;
}

function reasonOf({ code, message }: Error & { code?: string }): string {
  if (code === 'ECONNREFUSED') return 'connection refused';
  if (code === 'ETIMEDOUT') return 'connection timed out';
  if (code === 'ECONNRESET' || message === 'socket hang up') return 'connection reset';
  return message.startsWith('Server sent no subprotocol') ? 'server sent no subprotocol' : message;
}

const REASON_BYTES_MAX = 123;

/** A browser closes only with 1000 or 3000 to 4999. The client of `ws` allows more. */
function asBrowserSocket(socket: WireSocket, refuse: Refuse): ClientSocket {
  const close = (code?: number, reason = ''): void => {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999))
      throw new DOMException(`The close code must be 1000 or from 3000 to 4999, and not ${code}`, 'InvalidAccessError');
    if (Buffer.byteLength(reason) > REASON_BYTES_MAX)
      throw new DOMException(`The reason has more than ${REASON_BYTES_MAX} bytes`, 'SyntaxError');
    socket.close(code, reason);
  };
  // Not a changed method of the socket, because `ws` closes by it too, with any code.
  const front = new Proxy(socket, {
    get(target, name) {
      if (name === 'close') return close;
      if (VALUES.has(name as string)) refuse(`the getter of ${CLIENT_SOCKET}.${String(name)}`);
      if (REFUSED.has(name as string)) return () => refuse(`${CLIENT_SOCKET}.${String(name)}`);
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: (target, name, value) =>
      REFUSED.has(name as string)
        ? refuse(`the setter of ${CLIENT_SOCKET}.${String(name)}`)
        : Reflect.set(target, name, value),
  });
  return front as unknown as ClientSocket;
}
