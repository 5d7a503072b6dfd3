/** A server of the benchmark as a child process, and clients that read and count bytes only. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { tokenKey } from '../../core/auth.ts';
import { subprotocol } from '../../core/protocol.ts';
import { signToken } from '../../core/sign-token.ts';
import { repository } from '../../sim/project/simulator.ts';
import { type Answer, ISSUED, type Kind, type Order, SECRET, SYMBOL } from './orders.ts';

const HOUR_MS = 3_600_000;
const KEY = tokenKey(SECRET);
/** Clients that connect at the same time. */
const AT_ONCE = 100;

export class ServerProcess {
  readonly #kind: Kind;
  readonly #child: ChildProcess;
  readonly #port: number;
  readonly #clients: Socket[] = [];
  #bytes = 0;

  private constructor(kind: Kind, child: ChildProcess, port: number) {
    this.#kind = kind;
    this.#child = child;
    this.#port = port;
  }

  static async start(kind: Kind): Promise<ServerProcess> {
    const root = repository ?? '.';
    const parameters = ['--expose-gc', path.join(root, 'sim/start.js'), '--entry', 'bench/fan-out/server.ts', kind];
    const child = spawn(process.execPath, parameters, { cwd: root, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const [message] = (await once(child, 'message')) as [Answer];
    if (message.type !== 'listening') throw new Error('the server does not listen');
    return new ServerProcess(kind, child, message.port);
  }

  /** Bytes that all clients have received. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Connects clients, which authenticate if the server is the gateway, and subscribe if asked. */
  async enter(count: number, subscribes: boolean): Promise<void> {
    for (let from = 0; from < count; from += AT_ONCE)
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - from) }, () => this.#enter(subscribes)));
  }

  async order<Type extends Order['type']>(
    order: Extract<Order, { type: Type }>,
  ): Promise<Extract<Answer, { type: Type }>> {
    this.#child.send(order);
    const [message] = (await once(this.#child, 'message')) as [Extract<Answer, { type: Type }>];
    return message;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }

  async #enter(subscribes: boolean): Promise<void> {
    const client = connect(this.#port, '127.0.0.1');
    // A user for each connection.
    const index = this.#clients.push(client);
    client.on('error', () => undefined);
    await once(client, 'connect');
    client.write(
      `GET /stream HTTP/1.1\r\nHost: 127.0.0.1:${this.#port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Protocol: ${subprotocol}\r\n\r\n`,
    );
    await received(client, '\r\n\r\n');
    if (this.#kind === 'gateway') {
      const nowMs = Date.now();
      const claims = { tokenId: `t-${index}`, user: `user-${index}`, role: 'viewer', symbols: undefined } as const;
      const token = signToken(KEY, { ...ISSUED, ...claims, issuedAtMs: nowMs, expiresAtMs: nowMs + HOUR_MS });
      client.write(frame(JSON.stringify({ type: 'authenticate', token })));
      await received(client, '"authenticated"');
      if (subscribes) {
        client.write(frame(JSON.stringify({ type: 'subscribe', id: 1, symbols: [SYMBOL] })));
        await received(client, '"snapshot"');
      }
    }
    client.on('data', (data: Buffer) => (this.#bytes += data.length));
  }
}

/**
 * Resolves when a client has received a text, and drops what it receives until then. Rejects if the
 * server closes the connection.
 */
async function received(client: Socket, text: string): Promise<void> {
  let all = '';
  await new Promise<void>((resolve, reject) => {
    const onClose = (): void => reject(new Error(`the server closed a connection after: ${all}`));
    const onData = (data: Buffer): void => {
      all += data.toString('latin1');
      if (!all.includes(text)) return;
      client.off('data', onData).off('close', onClose);
      resolve();
    };
    client.on('data', onData).once('close', onClose);
  });
}

/** A text frame from a client, masked with zeros. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  const head = length < 126 ? [0x81, 0x80 | length] : [0x81, 0x80 | 126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]);
}
