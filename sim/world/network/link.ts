/**
 * One connection between a client and one life of a node: two lanes, an end on each side, and what can befall it.
 *
 * Fault model. A connection opens after a round trip, or is refused when nobody listens. It may be slow, stall (nothing is read or
 * written by the client, until it goes on), break (both ends learn of it, each in its own time, what was under way is lost), or
 * become half-open (the client is gone and the node is not told). Data is never changed, doubled or reordered.
 */
import type { Draws, Scope } from '../../kernel/draws.ts';
import { subscope } from '../../kernel/draws.ts';
import type { Domain } from '../../kernel/heap.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Client } from '../client.ts';
import type { Recorder } from '../recorder.ts';
import { ClientEnd } from './client-end.ts';
import { Lane } from './lane.ts';
import type { Latency } from './latency.ts';
import { SendWindow } from './send-window.ts';
import { ServerSocket, type Wire } from './server-socket.ts';

export interface LinkContext {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly recorder: Recorder;
  readonly latency: Latency;
  /** Called once, when neither end holds the link any more. */
  readonly onGone: (link: Link) => void;
}

export class Link implements Wire {
  readonly name: string;
  readonly client: string;
  readonly node: string;
  readonly life: Domain;
  readonly socket: ServerSocket;
  readonly up: Lane;
  readonly down: Lane;
  readonly #context: LinkContext;
  readonly #sender: Client;
  readonly #upScope: Scope;
  readonly #downScope: Scope;
  readonly #takenScope: Scope;
  readonly #window: SendWindow;
  #end: ClientEnd | null = null;
  #sentUp = 0;
  #sentDown = 0;
  #taken = 0;
  #clientClosed = false;
  #serverClosed = false;

  constructor(context: LinkContext, name: string, scope: Scope, client: Client, life: Domain, node: string) {
    this.#context = context;
    this.#sender = client;
    this.name = name;
    this.client = client.name;
    this.node = node;
    this.life = life;
    this.#upScope = subscope(scope, 'up');
    this.#downScope = subscope(scope, 'down');
    this.#takenScope = subscope(scope, 'taken');
    this.socket = new ServerSocket(this);
    this.up = new Lane(context.kernel, life);
    this.down = new Lane(context.kernel, client, () => this.#window.refill());
    this.#window = new SendWindow(this.down);
  }

  /** Builds the client's end; resolves through `onOpen` when the client may send. */
  openClient(onOpen: (end: ClientEnd) => void): void {
    const { kernel, recorder } = this.#context;
    // mock-socket opens 4 ms after it was made; what the node sends meanwhile arrives after that.
    this.down.notBefore(kernel.nowUs + 5000);
    const end = new ClientEnd(`ws://${this.name.replace('#', '-')}.sim/`, {
      onOpen: () => {
        recorder.frame(this, 'down', 'open', 'delivered');
        onOpen(end);
      },
      onText: (text) => this.#sendUp(text),
      onClose: (code) => this.#onClientClosed(code),
    });
    this.#end = end;
  }

  sendText(text: string, onTaken: () => void): void {
    this.#context.recorder.frame(this, 'down', 'text', 'sent', text);
    this.#window.push(() => this.#take(text, onTaken));
  }

  sendPing(): void {
    this.#context.recorder.frame(this, 'down', 'ping', 'sent');
    this.#window.push(() => this.#sendDown(0, () => this.#answerPing()));
  }

  sendClose(code: number, reason: string): void {
    const { recorder } = this.#context;
    recorder.frame(this, 'down', 'close', 'sent', '', code);
    const arrive = (): void => {
      recorder.frame(this, 'down', 'close', 'delivered', '', code);
      this.#end?.close(code, reason);
      this.#answerClose(code, reason);
    };
    this.#window.push(() => this.#sendDown(0, arrive));
  }

  drop(): void {
    this.#context.recorder.frame(this, 'down', 'close', 'sent', '', 1006);
    this.#breakClientSide();
    this.up.cut();
    this.later(0, () => this.#finishServer(1006, ''));
  }

  later(delayUs: number, callback: () => void) {
    return this.#context.kernel.schedule(delayUs, this.life, callback);
  }

  /** The connection breaks: each end learns of it in its own time. */
  break(): void {
    this.#breakServerSide();
    this.#breakClientSide();
  }

  /** The client is gone; the node is not told. */
  abandon(): void {
    this.up.cut();
    this.down.cut();
    this.#end?.close(1006, '');
  }

  /** The client reads and writes nothing until `resume`. */
  stall(): void {
    this.up.block();
    this.down.block();
  }

  resume(): void {
    this.up.unblock();
    this.down.unblock();
  }

  /** The node's life ended: its operating system resets the connection. */
  nodeDied(): void {
    this.up.cut();
    this.#serverClosed = true;
    this.#breakClientSide();
  }

  /** The handshake never reached the client. */
  clientGaveUp(): void {
    this.#clientClosed = true;
    this.#checkGone();
  }

  release(): void {
    this.#end?.release();
  }

  #sendUp(text: string): void {
    const { recorder } = this.#context;
    recorder.frame(this, 'up', 'text', 'sent', text);
    this.up.send(
      {
        bytes: text.length,
        deliver: () => {
          recorder.frame(this, 'up', 'text', 'delivered', text);
          this.#context.kernel.cause = this.#upScope.hash;
          this.socket.receiveText(text);
        },
        lost: () => recorder.frame(this, 'up', 'text', 'lost', text),
      },
      this.#operationDelayUs(),
    );
  }

  #take(text: string, onTaken: () => void): void {
    const { kernel, draws, recorder } = this.#context;
    this.#taken += 1;
    kernel.schedule(draws.fraction(this.#takenScope, this.#taken) * 2000, this.life, onTaken);
    this.#sendDown(
      text.length,
      () => {
        recorder.frame(this, 'down', 'text', 'delivered', text);
        this.#end?.deliver(text);
      },
      () => recorder.frame(this, 'down', 'text', 'lost', text),
    );
  }

  /** A browser answers by itself. */
  #answerPing(): void {
    const { recorder } = this.#context;
    recorder.frame(this, 'down', 'ping', 'delivered');
    if (this.#clientClosed) return;
    const deliver = (): void => {
      recorder.frame(this, 'up', 'pong', 'delivered');
      this.socket.receivePong();
    };
    this.up.send({ bytes: 0, deliver, lost: () => undefined }, this.#upDelayUs());
  }

  #sendDown(bytes: number, deliver: () => void, lost: () => void = () => undefined): void {
    const { draws, latency } = this.#context;
    this.#sentDown += 1;
    const fraction = draws.fraction(this.#downScope, this.#sentDown);
    this.down.send({ bytes, deliver, lost }, latency.delayUs(fraction, this.client));
  }

  /** Keyed by the operation that sends, so that the delay stays when an earlier operation is left out. */
  #operationDelayUs(): number {
    const { operation } = this.#sender;
    if (operation === null) return this.#upDelayUs();
    operation.sent += 1;
    const { draws, latency } = this.#context;
    return latency.delayUs(draws.fraction(operation.scope, operation.sent), this.client);
  }

  #upDelayUs(): number {
    this.#sentUp += 1;
    const { draws, latency } = this.#context;
    return latency.delayUs(draws.fraction(this.#upScope, this.#sentUp), this.client);
  }

  /**
   * The peer began to close: the node answers and ends its half of the TCP connection, and its socket is closed when the peer's half ends too.
   * Until then it is closing, and nothing can be sent on it.
   */
  #awaitPeerEnd(code: number, reason: string): void {
    this.#sendDown(0, () => {
      const parcel = { bytes: 0, deliver: () => this.#finishServer(code, reason), lost: () => undefined };
      this.up.send(parcel, this.#upDelayUs());
    });
  }

  /** The client's own `close()`, or the end of a close that began elsewhere. */
  #onClientClosed(code: number): void {
    const { recorder } = this.#context;
    recorder.frame(this, 'down', 'close', 'down', '', code);
    if (!this.#clientClosed) {
      this.#clientClosed = true;
      if (!this.#serverClosed && !this.up.isCut) {
        recorder.frame(this, 'up', 'close', 'sent', '', code);
        this.#answerClose(code, '');
      }
    }
    this.#checkGone();
  }

  /** A closing frame travels up: the client's own, or its answer to the node's. */
  #answerClose(code: number, reason: string): void {
    if (this.#serverClosed || this.up.isCut) return;
    this.#clientClosed = true;
    this.up.send(
      {
        bytes: 0,
        deliver: () => {
          this.#context.recorder.frame(this, 'up', 'close', 'delivered', '', code);
          const isAnswer = this.socket.beginClosing();
          if (isAnswer) this.later(0, () => this.#finishServer(code, reason));
          else this.#awaitPeerEnd(code, reason);
        },
        lost: () => undefined,
      },
      this.#upDelayUs(),
    );
  }

  #finishServer(code: number, reason: string): void {
    if (this.#serverClosed) return;
    this.#serverClosed = true;
    this.down.cut();
    this.#context.recorder.frame(this, 'up', 'close', 'down', '', code);
    this.socket.finish(code, reason);
    this.#checkGone();
  }

  #breakServerSide(): void {
    if (this.#serverClosed) return;
    this.up.cut();
    this.later(this.#upDelayUs(), () => this.#finishServer(1006, ''));
  }

  #breakClientSide(): void {
    if (this.down.isCut) return;
    this.down.cut();
    const { kernel } = this.#context;
    const end = this.#end;
    if (end !== null) kernel.schedule(this.#upDelayUs(), NETWORK, () => end.close(1006, ''));
  }

  #checkGone(): void {
    // mock-socket tells the client a little later; until then its end is held.
    const isHeld = this.#end !== null && !this.#end.released;
    if (this.#clientClosed && this.#serverClosed && !isHeld) this.#context.onGone(this);
  }
}

const NETWORK: Domain = { name: 'network', alive: true };
