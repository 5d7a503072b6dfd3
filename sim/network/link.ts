/**
 * One connection between a client and one process of a node: two lanes, an end on each side, and what can befall it.
 *
 * Fault model. A connection opens after a round trip, or is refused when nobody listens. It may be slow, stall (nothing is read or
 * written by the client, until it goes on), break (both ends learn of it, each in its own time, what was under way is lost), or
 * become half-open (the client is gone and the node is not told). Its client may read slowly (slow-reader.ts), and nothing may pass for a
 * while (partition.ts). TCP loses no single frame, so neither does a connection: data is never changed, doubled or reordered, and what is
 * lost is lost with everything after it.
 */
import type { Draws, Scope } from '../kernel/draws.ts';
import type { Domain } from '../kernel/heap.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Client } from './client.ts';
import type { SendCallback } from '../system/types.ts';
import type { Recorder } from '../kernel/recorder.ts';
import { ClientEnd } from './client-end.ts';
import { ClosingHandshake, type ClosingWire, type Ending } from './closing.ts';
import { Delays } from './delays.ts';
import { NETWORK } from './domain.ts';
import { DownFrame, type FrameWire, UpFrame } from './frame.ts';
import { Lane } from './lane.ts';
import type { Latency } from './latency.ts';
import { kindOf, type Payload, shownAs } from './payload.ts';
import { SendWindow } from './send-window.ts';
import { SimulatedServerSocket, type Wire } from './server-socket.ts';
import { destroyed, reset } from './stream-errors.ts';

export interface LinkContext {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly recorder: Recorder;
  readonly latency: Latency;
  /** Called once, when neither end holds the link any more. */
  readonly onGone: (link: Link) => void;
}

export class Link implements Wire, ClosingWire, FrameWire {
  readonly name: string;
  readonly client: string;
  readonly node: string;
  readonly host: Domain;
  readonly socket: SimulatedServerSocket;
  readonly up: Lane;
  readonly down: Lane;
  readonly #context: LinkContext;
  readonly #delays: Delays;
  readonly #window: SendWindow;
  readonly #closing: ClosingHandshake;
  #takenAtUs = 0;
  #end: ClientEnd | null = null;
  #clientClosed = false;
  #serverClosed = false;
  #dropped = false;

  constructor(
    context: LinkContext,
    name: string,
    scope: Scope,
    client: Client,
    host: Domain,
    node: string,
    protocol: string,
  ) {
    this.#context = context;
    this.#delays = new Delays(context, client, scope);
    this.name = name;
    this.client = client.name;
    this.node = node;
    this.host = host;
    this.socket = new SimulatedServerSocket(this, protocol);
    this.up = new Lane(context.kernel, host, { inReads: true });
    this.down = new Lane(context.kernel, client, { onDelivered: () => this.#window.refill() });
    this.#window = new SendWindow(this.down, () => this.#confirmLater());
    this.#closing = new ClosingHandshake(this);
  }

  /** Listeners that the system has on its end. */
  get listeners(): number {
    return this.socket.eventNames().reduce((sum, name) => sum + this.socket.listenerCount(name), 0);
  }

  /** Builds the client's end; resolves through `onOpen` when the client may send. */
  openClient(onOpen: (end: ClientEnd) => void): void {
    // mock-socket opens 4 ms after it was made; what the node sent meanwhile arrives after that.
    this.down.block();
    const { protocol } = this.socket;
    const end = new ClientEnd(`ws://${this.name.replace('#', '-')}.sim/`, protocol, {
      onOpen: () => {
        this.#context.recorder.frame(this, 'down', 'open', 'delivered', protocol);
        onOpen(end);
        this.down.unblock();
      },
      onPayload: (payload) => this.#sendUp(payload),
      onClosing: (code, reason) => {
        if (!this.up.isCut) this.#closing.sendFromClient({ code, reason });
      },
      onClose: (code) => this.#onClientClosed(code),
    });
    this.#end = end;
  }

  send(payload: Payload, framedBytes: number, callback: SendCallback | undefined): void {
    const frame = new DownFrame(this, payload, shownAs(payload), framedBytes, callback);
    this.recordFrame('down', 'sent', frame);
    this.#window.push(frame);
  }

  sendDown(frame: DownFrame): void {
    this.down.send(frame, this.#delays.downUs());
  }

  deliverDown(frame: DownFrame): void {
    const isHeard = this.#end?.isOpen === true;
    this.recordFrame('down', isHeard ? 'delivered' : 'lost', frame);
    if (isHeard) this.#end?.deliver(frame.payload);
  }

  deliverUp(frame: UpFrame): void {
    this.recordFrame('up', 'delivered', frame);
    this.#context.kernel.cause = frame.cause;
    this.socket.receive(frame.payload);
  }

  recordFrame(
    direction: 'up' | 'down',
    phase: 'sent' | 'delivered' | 'lost',
    { payload, shown }: Pick<DownFrame, 'payload' | 'shown'>,
  ): void {
    this.#context.recorder.frame(this, direction, kindOf(payload), phase, shown);
  }

  sendPing(data: string, onLeft: () => void): void {
    this.#context.recorder.frame(this, 'down', 'ping', 'sent');
    this.passDown(() => this.#answerPing(data), onLeft);
  }

  sendClose(code: number, reason: string): void {
    this.#closing.sendFromNode({ code, reason });
  }

  recordClosing(direction: 'up' | 'down', phase: 'sent' | 'delivered', code: number): void {
    this.#context.recorder.frame(this, direction, 'close', phase, '', code);
  }

  passUp(arrive: () => void): void {
    this.up.send({ bytes: 0, deliver: arrive, lost: nothing }, this.#delays.upUs());
  }

  passDown(arrive: () => void, onLeft: () => void = nothing): void {
    const send = (): void => {
      onLeft();
      this.down.send({ bytes: 0, deliver: arrive, lost: nothing }, this.#delays.downUs());
    };
    this.#window.push({ send });
  }

  answerAtClient({ code, reason }: Ending): void {
    this.#end?.beginClosing(code, reason);
  }

  closeClient({ code, reason }: Ending): void {
    this.#end?.close(code, reason);
  }

  closeNode(ending: Ending): void {
    this.later(0, () => this.#endServer(ending, destroyed));
  }

  drop(): void {
    if (this.#dropped) return;
    this.#dropped = true;
    this.#context.recorder.frame(this, 'down', 'close', 'sent', '', 1006);
    this.#breakClientSide();
    this.up.cut();
    this.later(0, () => this.#breakServer(destroyed));
  }

  later(delayUs: number, callback: () => void) {
    return this.#context.kernel.schedule(delayUs, this.host, callback);
  }

  /** The connection breaks: each end learns of it in its own time. */
  break(): void {
    this.#breakServerSide();
    this.#breakClientSide();
  }

  /** The client is gone; the node is not told. What it sends is taken until the window is full, and goes nowhere. */
  abandon(): void {
    this.up.cut();
    if (this.#end === null) this.down.cut();
    else this.down.block();
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

  /** The node's process ended: its operating system resets the connection. */
  hostEnded(): void {
    this.up.cut();
    this.#serverClosed = true;
    this.#window.drop();
    this.#breakClientSide();
    this.#checkGone();
  }

  /** The handshake never reached the client. */
  clientGaveUp(): void {
    this.#clientClosed = true;
    this.#checkGone();
  }

  release(): void {
    this.#end?.release();
  }

  #sendUp(payload: Payload): void {
    const { delayUs, cause } = this.#delays.payload();
    const frame = new UpFrame(this, payload, shownAs(payload), cause);
    this.recordFrame('up', 'sent', frame);
    this.up.send(frame, delayUs);
  }

  /** The word that a frame was taken never overtakes that of the frame before. */
  #confirmLater(): void {
    const { kernel } = this.#context;
    this.#takenAtUs = Math.max(this.#takenAtUs, kernel.nowUs + Math.ceil(this.#delays.takenUs()));
    kernel.scheduleAt(this.#takenAtUs, this.host, this.#window.confirmNext);
  }

  /** A browser answers by itself. */
  #answerPing(data: string): void {
    const { recorder } = this.#context;
    recorder.frame(this, 'down', 'ping', 'delivered');
    if (this.#end?.isOpen !== true) return;
    this.passUp(() => {
      recorder.frame(this, 'up', 'pong', 'delivered');
      this.socket.receivePong(data);
    });
  }

  #onClientClosed(code: number): void {
    this.#context.recorder.frame(this, 'down', 'close', 'down', '', code);
    this.#clientClosed = true;
    this.#checkGone();
  }

  /** Nothing more passes. What the client's closing frame said, if it came, is what the node is told. */
  #breakServer(error: () => Error): void {
    this.down.cut();
    this.#endServer(this.#closing.endingAtNode, error);
  }

  /** As in Node, those who wait for a callback are told in a turn before `close`. */
  #endServer({ code, reason }: Ending, error: () => Error): void {
    if (this.#serverClosed) return;
    this.#serverClosed = true;
    this.socket.beginEnding();
    const finish = (): void => {
      this.#context.recorder.frame(this, 'up', 'close', 'down', '', code);
      this.socket.finish(code, reason);
      this.#checkGone();
    };
    if (this.#window.fail(error)) this.later(0, finish);
    else finish();
  }

  #breakServerSide(): void {
    if (this.#serverClosed) return;
    this.up.cut();
    this.later(this.#delays.upUs(), () => this.#breakServer(reset));
  }

  #breakClientSide(): void {
    if (this.down.isCut) return;
    this.down.cut();
    if (this.#end !== null)
      this.#context.kernel.schedule(this.#delays.upUs(), NETWORK, () => this.closeClient(this.#closing.endingAtClient));
  }

  #checkGone(): void {
    // mock-socket tells the client a little later; until then its end is held.
    const isHeld = this.#end !== null && !this.#end.released;
    if (!this.#clientClosed || !this.#serverClosed || isHeld) return;
    // The node's end may be asked for its listeners for long; the client's is the larger part.
    this.#end = null;
    this.#context.onGone(this);
  }
}

function nothing(): void {}
