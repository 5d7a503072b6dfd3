/**
 * One connection between a client and a process of a node: two lanes, with an end on each side.
 *
 * Fault model. A connection opens after a round trip, or is refused when the node does not listen.
 * - It may be slow (latency.ts), read slowly (slow-reader.ts), or cut off (partition.ts).
 * - It may stall: the client reads and writes nothing until it resumes.
 * - It may break: each end notices after a delay, and what was under way is lost.
 * - It may become half-open: the client has gone, and the node is not notified.
 * TCP loses no single frame, and neither does a connection. Data is never changed, repeated or
 * reordered; a lost frame is lost with everything after it.
 */
import type { Draws, Scope } from '../kernel/draws.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Client } from './client.ts';
import type { SendCallback } from '../system/types.ts';
import type { Recorder } from '../kernel/recorder.ts';
import { ClientEnd } from './client-end.ts';
import { ClosingHandshake, type ClosingWire, type Ending } from './closing.ts';
import { Delays } from './delays.ts';
import { NETWORK } from './domain.ts';
import { DownFrame, type FrameWire, Signal, UpFrame } from './frame.ts';
import { Lane } from './lane.ts';
import type { Host } from './host.ts';
import type { Latency } from './latency.ts';
import { type OpenLink, stateOf } from './open-link.ts';
import { kindOf, type Payload, shownAs } from './payload.ts';
import { SendWindow } from './send-window.ts';
import { SimulatedServerSocket, type Wire } from './server-socket.ts';
import { destroyed, reset } from './stream-errors.ts';

export interface LinkContext {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly recorder: Recorder;
  readonly latency: Latency;
  /** Called once, when both ends have closed. */
  readonly onGone: (link: Link) => void;
}

export class Link implements OpenLink, Wire, ClosingWire, FrameWire {
  readonly name: string;
  readonly client: string;
  readonly node: string;
  readonly host: Host;
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

  constructor(context: LinkContext, name: string, scope: Scope, client: Client, host: Host, protocol: string) {
    this.#context = context;
    this.#delays = new Delays(context, client, scope);
    this.name = name;
    this.client = client.name;
    this.node = host.nodeName;
    this.host = host;
    this.socket = new SimulatedServerSocket(this, protocol);
    this.up = new Lane(context.kernel, host, { inReads: true });
    this.down = new Lane(context.kernel, client, { onDelivered: () => this.#window.refill() });
    this.#window = new SendWindow(this.down, () => this.#confirmLater());
    this.#closing = new ClosingHandshake(this);
  }

  get listeners(): number {
    return this.socket.eventNames().reduce((sum, name) => sum + this.socket.listenerCount(name), 0);
  }

  get atNode(): OpenLink['atNode'] {
    return this.host.alive ? stateOf(this.socket.readyState) : 'gone';
  }

  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  /** Creates the client's end. `onOpen` is called when the client may send. */
  openClient(onOpen: (end: ClientEnd) => void): void {
    // mock-socket opens 4 ms after it is created. What the node sends until then arrives after
    // that.
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
    this.up.send(new Signal(arrive), this.#delays.upUs());
  }

  passDown(arrive: () => void, onLeft?: () => void): void {
    const send = (): void => {
      onLeft?.();
      this.down.send(new Signal(arrive), this.#delays.downUs());
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

  admit({ bytes }: { readonly bytes: number }): void {
    this.down.admit(bytes);
  }

  break(): void {
    this.#breakServerSide();
    this.#breakClientSide();
  }

  /** What the node sends is taken until the window is full. */
  abandon(): void {
    this.up.cut();
    if (this.#end === null) this.down.cut();
    else this.down.block();
    this.#end?.close(1006, '');
  }

  /** The node's process has ended: its operating system resets the connection. */
  hostEnded(): void {
    this.up.cut();
    this.#serverClosed = true;
    this.#window.drop();
    this.#breakClientSide();
    this.#checkGone();
  }

  /** The client gave up before its end existed. */
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

  /** Confirms frames in the order in which the network took them. */
  #confirmLater(): void {
    const { kernel } = this.#context;
    this.#takenAtUs = Math.max(this.#takenAtUs, kernel.nowUs + Math.ceil(this.#delays.takenUs()));
    kernel.scheduleAt(this.#takenAtUs, this.host, this.#window.confirmNext);
  }

  /** Answers a ping as a browser does, without the client's code. */
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

  /** Closes the node's end with the code of the client's closing frame, if that has arrived. */
  #breakServer(error: () => Error): void {
    this.down.cut();
    this.#endServer(this.#closing.endingAtNode, error);
  }

  /** As in Node, callbacks of `send` are called in a turn before `close`. */
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
    // mock-socket emits the client's `close` event 4 ms later. Its end is needed until then.
    const isHeld = this.#end !== null && !this.#end.released;
    if (!this.#clientClosed || !this.#serverClosed || isHeld) return;
    // The node's end is kept while it has listeners. The client's end is the larger part: drop it.
    this.#end = null;
    this.#context.onGone(this);
  }
}
