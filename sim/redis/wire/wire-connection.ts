/**
 * The server's end of a TCP connection to the simulated Redis: it reads requests from the client's
 * bytes and writes replies and messages. Clients that open their own sockets use it: `ioredis` and
 * other packages, unmodified.
 *
 * Fault model. The faults are those of connections in ../transport/transport.ts. A connection that
 * breaks is reset or ended. One that can take nothing more fails the client's write with EPIPE.
 * Each reply is one chunk. A client that uses another protocol is disconnected at its first byte.
 */
import type { ClientContext } from '../transport/client-context.ts';
import { RedisError } from '../model/reply.ts';
import { createSession, type Message, type Session } from '../server/session.ts';
import { keyIn, type RedisReply, type SentCommand } from '../server/sent-command.ts';
import { encodeMessage, encodeReply, ProtocolError, RequestParser } from './protocol.ts';
import { encodeMessage3, encodeReply3 } from './protocol-3.ts';

/** The client's socket, as the server's end sees it. */
export interface ClientSocket {
  readonly destroyed: boolean;
  peerAccepted(): void;
  /** Fails with ECONNREFUSED. */
  peerRefused(): void;
  peerSent(bytes: Buffer): void;
  peerEnded(): void;
  /** Fails with ECONNRESET. */
  peerReset(): void;
}

export interface WireConnectionContext extends ClientContext {
  readonly socket: ClientSocket;
  /** The client's bytes are not a Redis request. */
  readonly onForeignProtocol: () => void;
}

export class WireConnection {
  readonly #context: WireConnectionContext;
  readonly #session: Session;
  readonly #parser = new RequestParser();
  readonly #inFlight = new Set<SentCommand>();
  /** Version that replies are written in. Changes when the reply to HELLO or RESET is written. */
  #protocol: 2 | 3 = 2;
  /** Commands since MULTI; null outside a transaction. */
  #queued: SentCommand[] | null = null;

  constructor(context: WireConnectionContext) {
    const { transport, socket, node, process, name } = context;
    this.#context = context;
    this.#session = createSession(
      { node, process, connection: name },
      {
        onBroken: (how) => this.#onBroken(how),
        onMessage: (message) => this.#onMessage(message),
        onNotSimulated: context.onNotSimulated,
      },
    );
    this.#session.state.protocolMax = 3;
    transport.connect(
      this.#session,
      () => this.#onConnected(),
      () => socket.peerRefused(),
    );
  }

  take(bytes: Buffer, onTaken: (failure: 'EPIPE' | 'ECONNRESET' | null) => void): void {
    try {
      for (const texts of this.#parser.feed(bytes)) if (!this.#send(texts)) return void onTaken('EPIPE');
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#context.onForeignProtocol();
      return void onTaken('ECONNRESET');
    }
    onTaken(null);
  }

  /** The client ended its half: the server sees that and ends the other one. */
  onEnd(): void {
    const { kernel, process, socket } = this.#context;
    this.#abandon();
    kernel.schedule(0, process, () => socket.peerEnded());
  }

  onDestroy(): void {
    this.#abandon();
  }

  #onConnected(): void {
    const { socket } = this.#context;
    if (socket.destroyed) this.#abandon();
    else socket.peerAccepted();
  }

  #onBroken(how: 'reset' | 'ended'): void {
    const { socket } = this.#context;
    if (how === 'reset') socket.peerReset();
    else socket.peerEnded();
  }

  /** Returns false when the connection turns out not to be writable. */
  #send([command = '', ...parameters]: readonly string[]): boolean {
    const { transport, recorder } = this.#context;
    const name = command.toLowerCase();
    const request = {
      name,
      key: keyIn(name, parameters),
      parameters,
      number: transport.nextNumber(),
    };
    if (transport.refuses(this.#session, request)) {
      recorder.command(this.#session, request, 'error', 'not sent');
      return false;
    }
    const queued = request.name === 'exec' ? this.#queued : null;
    const sent: SentCommand = { ...request, settle: (reply) => this.#settle(sent, reply, queued) };
    if (request.name === 'multi') this.#queued = [];
    else if (request.name === 'exec' || request.name === 'discard' || request.name === 'reset') this.#queued = null;
    else this.#queued?.push(sent);
    this.#inFlight.add(sent);
    transport.send(this.#session, sent);
    return true;
  }

  #onMessage(message: Message): void {
    this.#context.socket.peerSent(this.#protocol === 3 ? encodeMessage3(message) : encodeMessage(message));
  }

  #settle(sent: SentCommand, reply: RedisReply, queued: readonly SentCommand[] | null): void {
    const { recorder, socket } = this.#context;
    this.#inFlight.delete(sent);
    if ('error' in reply) {
      recorder.command(this.#session, sent, 'error', reply.error.message.split(' ', 1)[0]);
      socket.peerSent(encodeReply(new RedisError(reply.error.message)));
    } else {
      recorder.command(this.#session, sent, 'reply');
      const { protocol } = this.#session.state;
      // The replies to both are written in the version that they set.
      if (sent.name === 'hello' || sent.name === 'reset') this.#protocol = protocol;
      socket.peerSent(this.#protocol === 3 ? encodeReply3(reply.value, sent, queued) : encodeReply(reply.value));
    }
  }

  /** The client's end is gone: replies to commands in flight go nowhere. */
  #abandon(): void {
    const { transport, recorder } = this.#context;
    const session = this.#session;
    if (!session.abandoned) transport.forget(session);
    session.open = false;
    session.abandoned = true;
    for (const sent of this.#inFlight) recorder.command(session, sent, 'error', 'Connection');
    this.#inFlight.clear();
  }
}
