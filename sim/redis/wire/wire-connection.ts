/**
 * The server's end of a TCP connection to the simulated Redis: it reads requests from the client's
 * bytes and writes replies and messages. Clients that open their own sockets use it: `ioredis` and
 * other packages, unmodified.
 *
 * Fault model. The faults are those of connections in ../transport/transport.ts. A connection that
 * breaks is reset or ended. One that can take nothing more fails the client's write with EPIPE.
 * Each reply is one chunk. A client that uses another protocol is disconnected at its first byte,
 * and no one types commands under simulation, so inline commands count as another protocol there.
 */
import type { Recorder } from '../../kernel/recorder.ts';
import type { RedisTransport } from '../transport/transport.ts';
import type { ClientContext } from '../transport/client-context.ts';
import { errorCode } from '../model/error-text.ts';
import { type Confirmations, RedisError, type Reply, Status } from '../model/reply.ts';
import { type BrokenHow, createSession, type Message, type Session } from '../server/session.ts';
import { keyIn, type RedisReply, type SentCommand } from '../server/sent-command.ts';
import { encodeMessage, encodeReply } from './protocol.ts';
import { encodeMessage3, encodeReply3 } from './protocol-3.ts';
import { ProtocolError, RequestParser } from './request-parser.ts';
import { replyText } from '../transport/shown-texts.ts';

/** The client's socket, as the server's end sees it. */
export interface ClientSocket {
  readonly destroyed: boolean;
  peerAccepted(): void;
  /** Fails with ECONNREFUSED. */
  peerRefused(): void;
  peerSent(bytes: Buffer): void;
  peerEnded(): void;
  peerFailed(code: 'ECONNRESET' | 'ETIMEDOUT'): void;
}

export interface WireConnectionContext extends Pick<ClientContext, 'process' | 'node' | 'name' | 'onNotSimulated'> {
  readonly recorder: Pick<Recorder, 'command' | 'keepsTexts'>;
  readonly transport: Pick<RedisTransport, 'connect' | 'end' | 'forget' | 'nextNumber' | 'origin' | 'refuses' | 'send'>;
  readonly socket: ClientSocket;
  /** The client's bytes are not a Redis request; `error` is what a real server answers. */
  readonly onForeignProtocol: (error: string) => void;
  /** Reads inline commands, too: lines of words, as a person types them. Default: false. */
  readonly acceptsInline?: boolean;
}

/** Commands that end a transaction, or begin one. */
const ENDS: ReadonlySet<string> = new Set(['multi', 'exec', 'discard', 'reset']);

/** The index of the version in the reply to HELLO. */
const PROTOCOL_AT = 5;

export class WireConnection {
  readonly #context: WireConnectionContext;
  readonly #session: Session;
  readonly #parser: RequestParser;
  readonly #inFlight = new Set<SentCommand>();
  /** Version that replies are written in. Changes when the reply to HELLO or RESET is written. */
  #protocol: 2 | 3 = 2;
  /** The commands of the transaction that is being queued. */
  #queued: SentCommand[] = [];

  constructor(context: WireConnectionContext) {
    const { transport, socket, node, process, name } = context;
    this.#context = context;
    this.#parser = new RequestParser(context.acceptsInline);
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
      this.#context.onForeignProtocol(error.message);
      return void onTaken('ECONNRESET');
    }
    onTaken(null);
  }

  /** The client ended its half: the server sees that and ends the other one. */
  onEnd(): void {
    const { transport, socket } = this.#context;
    this.#abandon(() => transport.end(this.#session, () => socket.peerEnded()));
  }

  onDestroy(): void {
    this.#abandon(() => this.#context.transport.forget(this.#session));
  }

  #onConnected(): void {
    const { socket } = this.#context;
    if (socket.destroyed) this.onDestroy();
    else socket.peerAccepted();
  }

  #onBroken(how: BrokenHow): void {
    const { socket } = this.#context;
    if (how === 'ended') socket.peerEnded();
    else socket.peerFailed(how === 'reset' ? 'ECONNRESET' : 'ETIMEDOUT');
  }

  /** Returns false when the connection turns out not to be writable. */
  #send([command = '', ...parameters]: readonly string[]): boolean {
    const { transport, recorder } = this.#context;
    const name = command.toLowerCase();
    const sent: SentCommand = {
      name,
      spelling: command,
      key: keyIn(name, parameters),
      parameters,
      number: transport.nextNumber(),
      origin: transport.origin,
      settle: (reply) => this.#settle(sent, reply),
    };
    if (transport.refuses(this.#session, sent)) {
      recorder.command(this.#session, sent, 'error', 'not sent');
      return false;
    }
    this.#inFlight.add(sent);
    transport.send(this.#session, sent);
    return true;
  }

  #onMessage(message: Message): void {
    this.#context.socket.peerSent(this.#protocol === 3 ? encodeMessage3(message) : encodeMessage(message));
  }

  #settle(sent: SentCommand, reply: RedisReply): void {
    const { recorder, socket } = this.#context;
    this.#inFlight.delete(sent);
    if ('error' in reply) {
      recorder.command(this.#session, sent, 'error', errorCode(reply.error.message));
      socket.peerSent(encodeReply(new RedisError(reply.error.message)));
    } else {
      recorder.command(this.#session, sent, 'reply', '', recorder.keepsTexts ? replyText(reply.value) : undefined);
      // The replies to HELLO and RESET are written in the version that they set.
      this.#noteVersion(sent, reply.value);
      const isQueued = reply.value instanceof Status && reply.value.text === 'QUEUED';
      const queued = this.#queued;
      if (isQueued) queued.push(sent);
      else if (ENDS.has(sent.name)) this.#queued = [];
      if (sent.name === 'exec') socket.peerSent(this.#transaction(reply.value, sent, queued));
      else socket.peerSent(this.#encode(reply.value, sent));
    }
  }

  /** The server may have changed the version again by the time that the reply is written. */
  #noteVersion({ name }: SentCommand, reply: Reply | Confirmations): void {
    if (name === 'hello' && Array.isArray(reply)) this.#protocol = (reply as readonly Reply[])[PROTOCOL_AT] as 2 | 3;
    if (name === 'reset') this.#protocol = 2;
  }

  #encode(reply: Reply | Confirmations, command: SentCommand): Buffer {
    return this.#protocol === 3 ? encodeReply3(reply, command) : encodeReply(reply);
  }

  /** The reply to EXEC. HELLO changes the version for the replies behind it. */
  #transaction(reply: Reply | Confirmations, sent: SentCommand, queued: readonly SentCommand[]): Buffer {
    // A missing list: a watched key has changed.
    if (!Array.isArray(reply)) return this.#encode(reply, sent);
    const items = (reply as readonly Reply[]).map((item, index) => {
      const command = queued[index] as SentCommand;
      this.#noteVersion(command, item);
      return this.#encode(item, command);
    });
    return Buffer.concat([Buffer.from(`*${items.length}\r\n`), ...items]);
  }

  /** The client's end is gone: replies to commands in flight go nowhere. */
  #abandon(close: () => void): void {
    const { recorder } = this.#context;
    const session = this.#session;
    if (!session.abandoned) close();
    session.open = false;
    session.abandoned = true;
    for (const sent of this.#inFlight) recorder.command(session, sent, 'error', 'Connection');
    this.#inFlight.clear();
  }
}
