/**
 * A TCP connection to the simulated Redis, in the shape of `net.Socket`, for clients that open their own: `ioredis` and others, unmodified.
 *
 * Fault model. That of the connections in server.ts. A connection that breaks ends as when the server closes it; one that can take nothing more
 * fails with EPIPE. Bytes are neither damaged nor cut: each reply is a chunk. Whoever speaks another protocol is sent away.
 */
import { Duplex } from 'node:stream';
import type { Entry } from '../../kernel/heap.ts';
import type { ClientContext } from '../transport/client-context.ts';
import { RedisError } from '../model/reply.ts';
import { createSession, type Message, type Session } from '../server/session.ts';
import type { RedisReply, SentCommand } from '../server/sent-command.ts';
import { encodeMessage, encodeReply, ProtocolError, RequestParser } from './protocol.ts';
import { encodeMessage3, encodeReply3 } from './protocol-3.ts';

export interface RedisSocketParts extends ClientContext {
  /** What was written was not for Redis. */
  readonly onForeign: () => void;
}

export class RedisSocket extends Duplex {
  connecting = true;
  readonly remoteAddress = '127.0.0.1';
  readonly remoteFamily = 'IPv4';
  readonly remotePort = 6379;
  readonly localAddress = '127.0.0.1';
  readonly localPort = 50_000;
  bytesRead = 0;
  bytesWritten = 0;
  readonly #parts: RedisSocketParts;
  readonly #session: Session;
  readonly #parser = new RequestParser();
  readonly #inFlight = new Set<SentCommand>();
  /** That of what the server's answers are written in from here on. */
  #protocol: 2 | 3 = 2;
  /** Since MULTI. */
  #queued: SentCommand[] | null = null;
  #idle: Entry | null = null;
  #idleMs = 0;

  constructor(parts: RedisSocketParts) {
    super({ allowHalfOpen: false });
    this.#parts = parts;
    this.#session = createSession(
      { node: parts.node, process: parts.process, connection: parts.name },
      { onBroken: (how) => this.#end(how), onMessage: (message) => this.#onMessage(message) },
    );
    this.#session.state.protocolMax = 3;
    parts.transport.connect(
      this.#session,
      () => this.#onConnected(),
      () => this.destroy(problem('ECONNREFUSED', 'connect')),
    );
  }

  #end(how: 'reset' | 'ended'): void {
    if (how === 'reset') this.destroy(problem('ECONNRESET', 'read'));
    else this.#give(null);
  }

  get pending(): boolean {
    return this.connecting;
  }

  get readyState(): string {
    if (this.connecting) return 'opening';
    return this.destroyed ? 'closed' : 'open';
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  address(): object {
    return { address: this.localAddress, family: 'IPv4', port: this.localPort };
  }

  /** Emits `timeout` when nothing was sent or received for so long; 0 is never. */
  setTimeout(idleMs: number, onTimeout?: () => void): this {
    this.#idleMs = idleMs;
    if (onTimeout !== undefined && idleMs === 0) this.removeListener('timeout', onTimeout);
    else if (onTimeout !== undefined) this.once('timeout', onTimeout);
    this.#stir();
    return this;
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.connecting) {
      this.once('connect', () => this._write(chunk, _, done));
      return;
    }
    this.bytesWritten += chunk.length;
    this.#stir();
    try {
      for (const texts of this.#parser.feed(chunk)) if (!this.#send(texts)) return void done(problem('EPIPE', 'write'));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#parts.onForeign();
      return void done(problem('ECONNRESET', 'read'));
    }
    done();
  }

  override _read(): void {
    // It is pushed as it comes.
  }

  /** The client's half ends; the server, which sees it, closes the other one. */
  override _final(done: () => void): void {
    this.#abandon();
    this.#parts.kernel.schedule(0, this.#parts.process, () => this.#give(null));
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#abandon();
    this.connecting = false;
    if (this.#idle !== null) this.#idle.deliver = null;
    done(error);
  }

  #onConnected(): void {
    if (this.destroyed) {
      this.#abandon();
      return;
    }
    this.connecting = false;
    this.#stir();
    this.emit('connect');
    this.emit('ready');
  }

  #give(bytes: Buffer | null): void {
    if (this.destroyed || this.readableEnded) return;
    this.bytesRead += bytes?.length ?? 0;
    this.#stir();
    this.push(bytes);
  }

  /** False when the connection turns out not to take it. */
  #send([command = '', ...parameters]: readonly string[]): boolean {
    const { transport, recorder } = this.#parts;
    const about = { name: command.toLowerCase(), key: parameters[0] ?? '', parameters, number: transport.nextNumber() };
    if (transport.refuses(this.#session, about)) {
      recorder.command(this.#session, about, 'error', 'not sent');
      return false;
    }
    const queued = about.name === 'exec' ? this.#queued : null;
    const sent: SentCommand = { ...about, settle: (reply) => this.#settle(sent, reply, queued) };
    if (about.name === 'multi') this.#queued = [];
    else if (about.name === 'exec' || about.name === 'discard' || about.name === 'reset') this.#queued = null;
    else this.#queued?.push(sent);
    this.#inFlight.add(sent);
    transport.send(this.#session, sent);
    return true;
  }

  #onMessage(message: Message): void {
    this.#give(this.#protocol === 3 ? encodeMessage3(message) : encodeMessage(message));
  }

  #settle(sent: SentCommand, reply: RedisReply, queued: readonly SentCommand[] | null): void {
    const { recorder } = this.#parts;
    this.#inFlight.delete(sent);
    if ('error' in reply) {
      recorder.command(this.#session, sent, 'error', reply.error.message.split(' ', 1)[0]);
      this.#give(encodeReply(new RedisError(reply.error.message)));
    } else {
      recorder.command(this.#session, sent, 'reply');
      const { protocol } = this.#session.state;
      // Both are answered in what they brought about.
      if (sent.name === 'hello' || sent.name === 'reset') this.#protocol = protocol;
      this.#give(this.#protocol === 3 ? encodeReply3(reply.value, sent, queued) : encodeReply(reply.value));
    }
  }

  /** The client's end is gone: what is in flight is answered to nobody. */
  #abandon(): void {
    const { transport, recorder } = this.#parts;
    const session = this.#session;
    if (!session.abandoned) transport.forget(session);
    session.open = false;
    session.abandoned = true;
    for (const sent of this.#inFlight) recorder.command(session, sent, 'error', 'Connection');
    this.#inFlight.clear();
  }

  #stir(): void {
    if (this.#idle !== null) this.#idle.deliver = null;
    this.#idle = null;
    if (this.#idleMs === 0) return;
    this.#idle = this.#parts.kernel.schedule(this.#idleMs * 1000, this.#parts.process, () => this.emit('timeout'));
  }
}

function problem(code: string, syscall: string): Error {
  const address = syscall === 'connect' ? { address: '127.0.0.1', port: 6379 } : {};
  return Object.assign(new Error(`${syscall} ${code}`), { code, syscall, errno: code, ...address });
}
