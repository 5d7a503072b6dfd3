/**
 * A client's attempt to open a connection to a node that listens for whole frames.
 *
 * Fault model. As over TCP, the node's operating system accepts the connection, and the node's
 * process reads the request when its event loop runs. If the process has stopped listening by then,
 * or ends before it has answered, the operating system resets the connection. The process may also
 * answer with an HTTP status, and then closes it.
 */
import { type Scope, subscope } from '../kernel/draws.ts';
import type { Client } from './client.ts';
import { clientSocketOf } from './client-end.ts';
import type { ClientSocket, ConnectOptions } from './client-socket.ts';
import { ConnectionFailedError } from './connection-failed-error.ts';
import { NETWORK } from './domain.ts';
import type { Decision, Host } from './host.ts';
import { Link } from './link.ts';
import type { LinkContext } from './link-context.ts';
import { SimulatedServerSocket } from './server/server-socket.ts';

export interface HandshakeContext extends LinkContext {
  readonly hostOf: (node: string) => Host | null;
  /** Keeps an attempt back while its node is cut off; `arrive` is then called later. */
  readonly holds: (node: string, arrive: () => void) => boolean;
  /** The node's operating system has accepted the connection. */
  readonly onAccepted: (link: Link) => void;
}

export class Handshake {
  readonly #context: HandshakeContext;
  readonly #client: Client;
  readonly #node: string;
  readonly #options: ConnectOptions;
  readonly #name: string;
  readonly #scope: Scope;
  readonly #dialScope: Scope;
  readonly #offered: readonly string[];
  /** The offered subprotocols, as one header. */
  readonly #offer: string;
  readonly #resolve: (socket: ClientSocket) => void;
  readonly #reject: (error: Error) => void;

  private constructor(
    context: HandshakeContext,
    { client, node, options }: { client: Client; node: string; options: ConnectOptions },
    resolve: (socket: ClientSocket) => void,
    reject: (error: Error) => void,
  ) {
    client.connectionCount += 1;
    this.#context = context;
    this.#client = client;
    this.#node = node;
    this.#options = options;
    this.#name = `${client.name}#${client.connectionCount}`;
    this.#scope = subscope(client.scope, `link-${client.connectionCount}`);
    this.#dialScope = subscope(this.#scope, 'dial');
    this.#offered = [options.protocols ?? []].flat();
    this.#offer = this.#offered.join(', ');
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Rejects with a ConnectionFailedError. */
  static run(
    context: HandshakeContext,
    parts: { client: Client; node: string; options: ConnectOptions },
  ): Promise<ClientSocket> {
    return new Promise((resolve, reject) => new Handshake(context, parts, resolve, reject).#send());
  }

  #send(): void {
    this.#record('sent');
    this.#context.kernel.schedule(this.#delayUs(0), NETWORK, this.#arrive);
  }

  readonly #arrive = (): void => {
    const { kernel, hostOf, holds, onAccepted } = this.#context;
    if (holds(this.#node, this.#arrive)) return;
    const host = hostOf(this.#node);
    if (host === null || host.listener === null) {
      this.#record('refused');
      this.#fail('connection refused', this.#delayUs(1));
      return;
    }
    const link = new Link(this.#context, this.#name, this.#scope, this.#client, host, this.#options);
    onAccepted(link);
    link.onUnanswered = () => {
      link.clientGaveUp();
      this.#fail('connection reset', 0);
    };
    kernel.schedule(0, host, () => this.#onRequest(link, host));
  };

  /** The node's process reads the request. */
  #onRequest(link: Link, host: Host): void {
    const { listener } = host;
    if (listener === null) {
      this.#record('refused');
      link.hostEnded();
      return;
    }
    this.#record('delivered');
    this.#context.kernel.cause = this.#scope.hash;
    this.#context.kernel.connection = link.name;
    let isDecided = false;
    listener.decide(link.request, this.#offered, (decision) => {
      // The first decision counts, unless the connection has ended. `ws` throws on a second one.
      if (isDecided || link.isOver) return;
      isDecided = true;
      if ('status' in decision) this.#refuse(link, decision);
      else {
        this.#accept(link, decision);
        listener.accept(link.socket, link.request);
      }
    });
  }

  #accept(link: Link, decision: Extract<Decision, { protocol: string }>): void {
    SimulatedServerSocket.open(link.socket, decision);
    this.#answer(link, () => {
      if (this.#offered.length === 0 || decision.protocol !== '') {
        link.openClient((end) => this.#resolve(clientSocketOf(end)));
        return;
      }
      // As in a browser and `ws`, a client that offered subprotocols accepts no connection without
      // one.
      link.clientGaveUp();
      link.break();
      this.#fail('server sent no subprotocol', 0);
    });
  }

  /** The node answers with a status instead of a connection. */
  #refuse(link: Link, { status }: Extract<Decision, { status: number }>): void {
    const { recorder } = this.#context;
    recorder.http(link, 'down', 'sent', { method: 'GET', path: '', status });
    this.#record('refused');
    this.#answer(link, () => {
      recorder.http(link, 'down', 'delivered', { method: 'GET', path: '', status });
      this.#record('refused');
      link.clientGaveUp();
      this.#fail(`refused with ${status}`, 0);
    });
    link.endAtNode();
  }

  #answer(link: Link, deliver: () => void): void {
    const lost = link.onUnanswered ?? (() => undefined);
    link.onUnanswered = null;
    link.down.send({ bytes: 0, deliver, lost }, this.#delayUs(1));
  }

  #record(phase: 'sent' | 'delivered' | 'refused'): void {
    const wire = { name: this.#name, client: this.#client.name, node: this.#node };
    this.#context.recorder.frame(wire, 'up', 'open', phase, this.#offer);
  }

  #delayUs(count: number): number {
    const { latency, draws } = this.#context;
    return latency.delayUs(draws.fraction(this.#dialScope, count), this.#client.name);
  }

  #fail(reason: string, delayUs: number): void {
    this.#context.kernel.schedule(delayUs, this.#client, () => this.#reject(new ConnectionFailedError(reason)));
  }
}
